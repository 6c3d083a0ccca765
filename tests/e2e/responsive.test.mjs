// The page stays at hand where there is much to compute: no task keeps it busy for long.
// The 10,000 nodes of a graph are in large-graphs.test.mjs.

import assert from "node:assert/strict";
import { after } from "node:test";
import { choosePicture, openSite, pictureFile, place, tasksDuring, test } from "./harness.mjs";

const LONGEST_MS = 50;

const site = await openSite();
after(() => site.close());

const open = async (t, hash) => {
  const page = await site.openPage(t, { path: `index.html#/${hash}`, height: 1400 });
  await page.locator(".block .formula").waitFor();
  return page;
};

const expectShort = (t, tasks) => {
  const longest = Math.max(...tasks);
  t.diagnostic(`longest of ${tasks.length} tasks: ${longest.toFixed(1)} ms of its own`);
  assert.ok(longest < LONGEST_MS, `a task took ${longest} ms`);
};

test("a weight is dragged over 4096 × 4096 pixels", async (t) => {
  const page = await open(t, "conv2d");
  await choosePicture(page, "large.png", "image/png", await pictureFile(page, 4096, 4096, "image/png"));
  await page.locator(".facts", { hasText: "[3, 4096, 4096]" }).waitFor({ timeout: 30_000 });
  const weight = await place(page, "weight.0.0.1.1");
  const said = () => page.locator(".formula .numbers").first().innerText();
  const before = await said();
  const tasks = await tasksDuring(site, page, async () => {
    await page.mouse.move(weight.x, weight.y);
    await page.mouse.down();
    for (let step = 0; step < 90; step++) {
      await page.mouse.move(weight.x, weight.y + 60 * Math.sin(step / 6));
      await page.waitForTimeout(16);
    }
    await page.mouse.up();
  });
  assert.notEqual(await said(), before);
  expectShort(t, tasks);
});

test("an LSTM of 128 numbers goes through 500 characters", async (t) => {
  const text = encodeURIComponent("to be or not to be, ".repeat(25));
  const page = await open(t, `lstm?view=sequence&task=own&source=text&hidden=128&text=${text}`);
  await place(page, "hidden.499.0");
  const tasks = await tasksDuring(site, page, async () => {
    await page.locator(".transport").getByRole("button", { name: "Play" }).click();
    await page.waitForURL(/step=\d{2}/);
    await page.waitForTimeout(3000);
  });
  expectShort(t, tasks);
});
