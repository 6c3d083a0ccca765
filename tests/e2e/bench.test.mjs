// The page that tells how fast a machine is.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

test("measures layer by layer, until it is cancelled, and copies what it has", async (t) => {
  const page = await site.openPage(t, { path: "bench.html" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.click("#start:enabled");
  await page.waitForSelector("#rows tr");
  await page.click("#cancel:enabled");
  await page.waitForSelector("#copy:enabled");
  assert.match(await page.textContent("#status"), /^Cancelled\. The limit is \d+\.\d · 10⁹/);
  await page.click("#copy");
  await page.waitForFunction(() => document.querySelector("#status").textContent === "Copied.");
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).trim().split("\n");
  assert.equal(lines.length, 1 + (await page.locator("#rows tr").count()));
  assert.match(lines[1], /^"filter 3×3, 1080 × 1920",\d+\.\d+,\d+\.\d+,\d+\.\d+$/);
});

test("runs do not grow the memory, and an input of another length is named", async (t) => {
  const page = await site.openPage(t, { path: "bench.html" });
  const [before, behind, message] = await page.evaluate(async () => {
    const { default: init, prepareLayer } = await import("./layerscope.js");
    const { memory } = await init();
    const data = (count) => Array.from({ length: count }, (_, at) => Math.sin(at));
    const layer = prepareLayer({ layer: "conv", input: { shape: [1, 16, 64, 64] }, weight: { shape: [16, 16, 3, 3], data: data(2304) }, padding: "same" });
    const input = new Float32Array(16 * 64 * 64).fill(0.5);
    layer.run(input);
    const before = memory.buffer.byteLength;
    for (let run = 0; run < 100; run++) layer.run(input);
    const told = await Promise.resolve().then(() => layer.run(input.subarray(1))).catch((error) => error.message);
    return [before, memory.buffer.byteLength, told];
  });
  assert.equal(behind, before);
  assert.equal(message, "input has 65535 numbers; it takes 65536, as its shape says");
});
