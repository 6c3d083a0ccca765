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
  assert.match(lines[1], /^"filter 3×3, 1080 × 1920",\d+\.\d+,\d+\.\d+,\d+\.\d+,\d+\.\d+$/);
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

test("the graphics card computes a layer to the same numbers, and what it cannot is named", async (t) => {
  const page = await site.openPage(t, { path: "bench.html" });
  const [difference, errors] = await page.evaluate(async () => {
    const { default: init, prepareLayer, prepareOnCard } = await import("./layerscope.js");
    await init();
    const data = (count) => Array.from({ length: count }, (_, at) => Math.sin(at));
    const request = { layer: "conv", input: { shape: [1, 3, 20, 20] }, weight: { shape: [9, 3, 4, 4], data: data(432) }, padding: "same" };
    const input = Float32Array.from(data(1200));
    const [expected, card] = [prepareLayer(request).run(input), await prepareOnCard(request)];
    const got = await card.run(input);
    const told = (act) => act().then(() => undefined, ({ code, message }) => `${code}: ${message}`);
    const recurrent = { layer: "rnn", input: { shape: [2, 1, 1] }, weight_ih: { shape: [1, 1], data: [1] }, weight_hh: { shape: [1, 1], data: [1] } };
    return [Math.max(...got.map((number, at) => Math.abs(number - expected[at]))), [await told(() => card.run(input.subarray(1))), await told(() => prepareOnCard(recurrent))]];
  });
  assert.ok(difference < 1e-4, `${difference}`);
  assert.deepEqual(errors, ["shape: input has 1199 numbers; it takes 1200, as its shape says", "unsupported: WebGPU does not compute this layer"]);
});
