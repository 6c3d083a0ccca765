// Graphs of ten thousand nodes, and of a hundred thousand with a million edges: the page stays at hand while they are computed and
// find their places.

import assert from "node:assert/strict";
import { after } from "node:test";
import { COMPOSITED, coloursAt, openSite, painted, place, tasksDuring, test } from "./harness.mjs";

/** What a card paints on. */
const BEHIND = "[data-picture] canvas[aria-hidden]";
const LONGEST_MS = 50;
// A million edges are gone through in a few passes that are not cut: 64 ms at most on a quiet machine, more where others work, too.
const LONGEST_OF_A_MILLION_MS = 200;

const site = await openSite();
const withCard = await openSite({ flags: COMPOSITED });
after(() => Promise.all([site.close(), withCard.close()]));

const open = async (t, hash, options = {}) => {
  const page = await site.openPage(t, { path: `index.html#/${hash}`, height: 1400, ...options });
  await page.locator(".block .formula").waitFor();
  return page;
};

/** Waits until the nodes rest: then the picture stays as it is. */
const rest = (page) =>
  page.waitForFunction(
    () => {
      const canvas = document.querySelector("[data-picture] canvas");
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let sum = 0;
      for (let place = 0; place < data.length; place += 4) sum = (sum * 31 + data[place]) | 0;
      const stays = globalThis.lastSum === sum;
      globalThis.lastSum = sum;
      return stays;
    },
    undefined,
    { polling: 1500, timeout: 50_000 },
  );

const numbers = (page) => page.locator(".formula .numbers").innerText();

/** Chooses a preset, and tells how long the longest task took until the nodes are there and for some time after. */
const longestTask = async (t, page, preset, facts) => {
  await page.evaluate(() => {
    globalThis.long = [];
    new PerformanceObserver((list) => globalThis.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const tasks = await tasksDuring(site, page, async () => {
    const begin = Date.now();
    await page.locator('select[data-key="preset"]').selectOption(preset);
    await page.locator(".facts", { hasText: facts }).waitFor();
    t.diagnostic(`${facts}: computed after ${Date.now() - begin} ms`);
    await page.waitForTimeout(8000);
  });
  const long = await page.evaluate(() => globalThis.long);
  const longest = Math.max(...tasks);
  t.diagnostic(`longest task: ${longest.toFixed(1)} ms of its own; the observer saw ${long.length} over 50 ms by the clock: ${long}`);
  return longest;
};

test("no task is long while ten thousand nodes are computed and find their places", async (t) => {
  const page = await open(t, "message-passing");
  const longest = await longestTask(t, page, "ten-thousand", "10,000 nodes, 100,000 edges");
  assert.ok(longest < LONGEST_MS, `a task took ${longest} ms`);
});

test("a hundred thousand nodes without a card: no task is long, a number is explained, and a sample is offered", async (t) => {
  const page = await open(t, "message-passing?backend=cpu");
  const longest = await longestTask(t, page, "hundred-thousand", "100,000 nodes, 1,000,000 edges");
  assert.ok(longest < LONGEST_OF_A_MILLION_MS, `a task took ${longest} ms`);
  const node = await place(page, "message-1.500.0");
  await page.mouse.click(node.x, node.y);
  await page.waitForURL(/focus=message-1\.\d+\.0/);
  assert.match(await numbers(page), /m¹.*\+.*[=≈]/s);
  assert.equal(await page.locator(BEHIND).count(), 0);
  const sample = await place(page, "sample.0");
  await page.mouse.click(sample.x, sample.y);
  await page.locator(".facts", { hasText: "10,000 nodes, 100,000 edges" }).waitFor();
});

test("a dot is pointed at, explained, and walked from; the picture ends the same every time", async (t) => {
  const pictures = [];
  for (const reducedMotion of [false, true]) {
    const page = await open(t, "message-passing?preset=thousand", { reducedMotion });
    await rest(page);
    pictures.push(await page.evaluate(() => document.querySelector("[data-picture] canvas").toDataURL()));
    const place = await page.evaluate(() => document.querySelector(".block").layerscopeLocate("message-1.500.0"));
    await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
    await page.waitForURL(/focus=message-1\.500\.0/);
    const told = await numbers(page);
    assert.match(told, /m/);
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => /focus=message-1\.\d+\.0/.test(url.hash) && !url.hash.includes(".500."));
  }
  assert.equal(pictures[0], pictures[1]);
});

test("a link leads to a node of ten thousand", async (t) => {
  const page = await open(t, "message-passing?preset=ten-thousand&step=3&focus=hidden-2.9999.1");
  await page.locator(".facts", { hasText: "10,000 nodes" }).waitFor();
  assert.match(await numbers(page), /ReLU/);
  assert.deepEqual(await page.locator(".notice").count(), 0);
});

/** Notes the devices, and how often a card has begun to paint. */
function watch() {
  const { requestDevice } = GPUAdapter.prototype;
  globalThis.devices = [];
  GPUAdapter.prototype.requestDevice = async function (...wanted) {
    const device = await requestDevice.apply(this, wanted);
    globalThis.devices.push(device);
    return device;
  };
  const { getCurrentTexture } = GPUCanvasContext.prototype;
  globalThis.frames = 0;
  GPUCanvasContext.prototype.getCurrentTexture = function () {
    globalThis.frames++;
    return getCurrentTexture.call(this);
  };
}

/** A hundred thousand nodes, once the card has painted all of their edges: a piece for every hundred thousand. */
async function openPainted(t, query = "") {
  const page = await withCard.openPage(t, { path: "demo.html", height: 1400 });
  page.problems.length = 0;
  await page.addInitScript(watch);
  await page.goto(`${withCard.origin}/index.html#/message-passing?preset=hundred-thousand${query}`);
  await page.locator(`${BEHIND}[style]`).waitFor({ timeout: 40_000 });
  await page.waitForFunction(() => globalThis.frames >= 10, undefined, { timeout: 40_000 });
  return page;
}

/** Where the front of the picture is see-through, on a box on the screen: the share of its pixels. */
const seenThrough = (page, { x, y, width, height }) =>
  page.evaluate(
    ([x, y, width, height]) => {
      const front = document.querySelector("[data-picture] canvas");
      const bounds = front.getBoundingClientRect();
      const scale = front.width / bounds.width;
      const place = [x - bounds.left, y - bounds.top, width, height].map((length) => Math.round(length * scale));
      const { data } = front.getContext("2d").getImageData(...place);
      return Array.from({ length: data.length / 4 }, (_, at) => data[4 * at + 3]).filter((alpha) => alpha === 0).length / (data.length / 4);
    },
    [x, y, width, height],
  );

/** The mean colours of three places: the disc of the first field, between the discs, a corner where nothing is. */
async function means(page) {
  const { x, y, width, height } = await page.locator(BEHIND).boundingBox();
  const side = 12;
  const places = [
    [0.56, 0.4],
    [0.5, 0.66],
    [0.04, 0.06],
  ];
  const points = places.flatMap(([across, down]) =>
    Array.from({ length: side * side }, (_, at) => ({ x: x + across * width + (at % side), y: y + down * height + Math.floor(at / side) })),
  );
  const colours = await coloursAt(page, points);
  return places.map((_, at) => {
    const own = colours.slice(at * side * side, (at + 1) * side * side);
    return [0, 1, 2].map((channel) => own.reduce((sum, colour) => sum + colour[channel], 0) / own.length);
  });
}

/** Means that are as expected: what the card has painted is on the screen some frames later. */
async function meansThat(page, fit) {
  let all;
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    all = await means(page);
    if (fit(...all)) return;
  }
  assert.fail(`painted: ${JSON.stringify(all)}`);
}

test("the card paints all edges and nodes behind the picture, and nothing again where nothing has changed", async (t) => {
  const page = await openPainted(t);
  const box = await page.locator(BEHIND).boundingBox();
  assert.ok((await seenThrough(page, box)) > 0.9);
  const isOrange = ([red, , blue]) => red > blue + 20;
  const isGrey = (colour) => Math.max(...colour) - Math.min(...colour) < 12;
  await meansThat(page, (disc, edges, corner) => isOrange(disc) && isGrey(edges) && edges[0] < 250 && edges[0] > 120 && Math.min(...corner) > 253);
  assert.equal(await page.evaluate(() => document.querySelector(".block").layerscopeLocate("sample.0")), null);
  const frames = await page.evaluate(() => globalThis.frames);
  const told = await numbers(page);
  const node = await place(page, "message-1.500.0");
  await page.mouse.move(node.x, node.y);
  await page.waitForFunction((told) => document.querySelector(".formula .numbers").innerText !== told, told);
  await painted(page);
  await page.evaluate(() => globalThis.devices[0].queue.onSubmittedWorkDone());
  assert.equal(await page.evaluate(() => globalThis.frames), frames);
  await page.emulateMedia({ colorScheme: "dark" });
  await meansThat(page, (disc, edges, corner) => isOrange(disc) && edges[0] > corner[0] + 20 && Math.max(...corner) < 60);
});

test("where the device goes away, the CPU paints, and offers a sample", async (t) => {
  const page = await openPainted(t, "&step=3");
  const told = await numbers(page);
  const box = await page.locator(BEHIND).boundingBox();
  await page.evaluate(() => globalThis.devices.forEach((device) => device.destroy()));
  await page.locator(BEHIND).waitFor({ state: "detached" });
  await place(page, "sample.0");
  assert.equal(await seenThrough(page, box), 0);
  assert.equal(await numbers(page), told);
  assert.match(page.url(), /step=3/);
});

test("a card computes what it paints, where it is to", async (t) => {
  const page = await openPainted(t, "&backend=webgpu");
  await page.locator(".facts", { hasText: "100,000 nodes, 1,000,000 edges" }).waitFor();
  await page.getByRole("button", { name: /^WebGPU/ }).waitFor({ timeout: 40_000 });
});
