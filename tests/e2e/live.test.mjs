// conv2d on what a camera or a video shows, computed and painted by the card.

import assert from "node:assert/strict";
import { after } from "node:test";
import { COMPOSITED, coloursAt, openSite, place, test as testWithin } from "./harness.mjs";

/** Where there is no card, the processor does its work: a frame of two million pixels takes it seconds. */
const test = (name, act) => testWithin(name, act, 180_000);

const site = await openSite({ flags: COMPOSITED });
after(() => site.close());

/** Notes the devices, the video and the frames of the page, and how many pixels it has read from canvases at once. */
function watch() {
  const { requestDevice } = globalThis.GPUAdapter?.prototype ?? {};
  if (requestDevice) {
    globalThis.devices = [];
    GPUAdapter.prototype.requestDevice = async function (...wanted) {
      const device = await requestDevice.apply(this, wanted);
      globalThis.devices.push(device);
      return device;
    };
  }
  if (globalThis.GPUCanvasContext) {
    const { getCurrentTexture } = GPUCanvasContext.prototype;
    globalThis.frames = 0;
    GPUCanvasContext.prototype.getCurrentTexture = function () {
      globalThis.frames++;
      return getCurrentTexture.call(this);
    };
  }
  globalThis.mostRead = 0;
  globalThis.read = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (x, y, width, height) {
    globalThis.mostRead = Math.max(globalThis.mostRead, width * height);
    return globalThis.read.call(this, x, y, width, height);
  };
  const { createElement } = Document.prototype;
  Document.prototype.createElement = function (name, ...rest) {
    const element = createElement.call(this, name, ...rest);
    if (name === "video") globalThis.video = element;
    return element;
  };
}

async function openBlock(t, query, spoil = () => {}) {
  const page = await site.openPage(t, { path: "demo.html", permissions: ["camera"], height: 1400 });
  page.problems.length = 0;
  await page.addInitScript(watch);
  await page.addInitScript(spoil);
  await page.goto(`${site.origin}/index.html#/conv2d${query}`);
  return page;
}

async function openCamera(t, query, spoil) {
  const page = await openBlock(t, query, spoil);
  await page.getByRole("button", { name: "Camera" }).click();
  return page;
}

/** A video of so many pixels: white, then black, again and again. */
async function film(page, [width, height]) {
  const base64 = await page.evaluate(
    async ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm;codecs=vp8" });
      const parts = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      const stopped = new Promise((stop) => (recorder.onstop = stop));
      recorder.start();
      for (let frame = 0; frame < 40; frame++) {
        context.fillStyle = Math.floor(frame / 10) % 2 ? "black" : "white";
        context.fillRect(0, 0, width, height);
        await new Promise((next) => setTimeout(next, 40));
      }
      recorder.stop();
      await stopped;
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    [width, height],
  );
  return { name: "film.webm", mimeType: "video/webm", buffer: Buffer.from(base64, "base64") };
}

const facts = (page, text) => page.locator(".facts", { hasText: text }).waitFor({ timeout: 30_000 });
const LIVE = "[data-picture] canvas[aria-hidden]";

/** Where cells are that are spread over a map of so many rows and columns. */
async function spread(page, map, [rows, columns]) {
  const cells = Array.from({ length: 99 }, (_, at) => [Math.floor(((Math.floor(at / 11) + 0.5) * rows) / 9), Math.floor((((at % 11) + 0.5) * columns) / 11)]);
  const corners = [await place(page, `${map}.0.0`), await place(page, `${map}.${rows - 1}.${columns - 1}`)];
  const between = (from, to, share) => from + (to - from) * share;
  return cells.map(([row, column]) => ({
    row,
    column,
    x: between(corners[0].x, corners[1].x, column / (columns - 1)),
    y: between(corners[0].y, corners[1].y, row / (rows - 1)),
  }));
}

/** Waits until the card has painted: the picture in front of it has a window there. */
const shownThrough = (page, points) =>
  page.waitForFunction(
    ([selector, points]) => {
      const [picture, live] = [document.querySelector("[data-picture] canvas"), document.querySelector(selector)];
      if (!live?.style.width) return false;
      const { left, top, width } = picture.getBoundingClientRect();
      const scale = picture.width / width;
      const pixel = ({ x, y }) => globalThis.read.call(picture.getContext("2d"), (x - left) * scale, (y - top) * scale, 1, 1).data[3];
      return points.filter((point) => pixel(point) === 0).length > points.length / 2;
    },
    [LIVE, points],
    { timeout: 40_000 },
  );

/** Waits until the card has begun so many frames more: it begins one when it is done with the one before. */
const framesLater = (page, count) =>
  page.evaluate(() => globalThis.frames).then((begun) => page.waitForFunction((most) => globalThis.frames >= most, begun + count, { timeout: 40_000 }));

test("filters the camera at full size; nothing of that is read back", async (t) => {
  const page = await openCamera(t, "?filters=1&filter=identity&activation=none");
  await facts(page, "[3, 1080, 1920]");
  const points = await spread(page, "output.0", [1078, 1918]);
  await shownThrough(page, points);
  const before = await coloursAt(page, points);
  assert.ok(new Set(before.map(String)).size > 1, "more than one colour");
  await page.locator(".chip", { hasText: /^WebGPU .*s$/ }).waitFor();
  let now;
  do now = await coloursAt(page, points);
  while (String(now) === String(before));
  const numbers = page.locator(".formula .numbers");
  const told = await numbers.innerText();
  await page.mouse.move(points[40].x, points[40].y);
  await page.waitForFunction((told) => document.querySelector(".formula .numbers").innerText !== told, told);
  assert.ok((await page.evaluate(() => globalThis.mostRead)) <= 160 * 120, "no more than a small picture at once");
  assert.equal(await page.locator(LIVE).evaluate((live) => getComputedStyle(live).pointerEvents), "none");
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.getByRole("button", { name: "Camera" }).waitFor();
  await facts(page, "[3, 1080, 1920]");
  assert.equal(await page.locator(LIVE).count(), 0);
});

test("paints what the definition says of the same frame", async (t) => {
  const page = await openCamera(t, "?channels=1&filters=1&filter=identity&activation=none&padding=same");
  await facts(page, "[1, 1080, 1920]");
  const points = await spread(page, "output.0", [1080, 1920]);
  await shownThrough(page, points);
  await page.evaluate(() => globalThis.video.pause());
  await framesLater(page, 10);
  // What the frame holds around each cell, where that is one colour.
  const numbers = await page.evaluate((points) => {
    const context = new OffscreenCanvas(1920, 1080).getContext("2d");
    context.drawImage(globalThis.video, 0, 0, 1920, 1080);
    return points.map(({ row, column }) => {
      const { data } = context.getImageData(column - 15, row - 15, 30, 30);
      const grey = (i) => (0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2]) / 255;
      const all = Array.from({ length: 900 }, (_, pixel) => grey(4 * pixel));
      return Math.max(...all) - Math.min(...all) < 0.01 ? all[0] : undefined;
    });
  }, points);
  // From zero, #f3f1ec, to the largest number, #d9730d. The video stands: what is painted comes to it within some frames.
  let compared, limits;
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const shares = (await coloursAt(page, points)).map(([, , blue]) => (0xec - blue) / (0xec - 0x0d));
    compared = numbers.map((number, at) => [number, shares[at]]).filter(([number, share]) => number > 0.05 && share < 0.99);
    limits = compared.map(([number, share]) => number / share);
    if (compared.length > 10 && Math.max(...limits) < 1.04 * Math.min(...limits)) return;
  }
  assert.fail(`what is painted isn't what the frame holds: ${compared}`);
});

test("a wall of 64 feature maps comes from smaller frames where the card has no room for so many", async (t) => {
  const page = await openCamera(t, "?filters=64&channels=1&filter=random");
  await facts(page, "[1, 540, 960] ∗ [64, 1, 3, 3]");
  const points = await spread(page, "output.63", [538, 958]);
  await shownThrough(page, points);
});

test("filters a video file at full size, over and over", async (t) => {
  const page = await openBlock(t, "?filters=1&filter=identity&activation=none");
  await page.locator("input[type=file]").first().setInputFiles(await film(page, [640, 360]));
  await facts(page, "[3, 360, 640]");
  const points = await spread(page, "output.0", [358, 638]);
  await shownThrough(page, points);
  const seen = new Set();
  while (seen.size < 2) seen.add(String((await coloursAt(page, points))[40]));
  assert.ok(await page.evaluate(() => globalThis.video.loop && globalThis.video.muted));
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.getByRole("button", { name: "Camera" }).waitFor();
  await facts(page, "[3, 360, 640]");
  assert.equal(await page.locator(LIVE).count(), 0);
  assert.ok(await page.evaluate(() => globalThis.video.paused));
});

test("without WebGPU the picture of a video is small; what is no video is told", async (t) => {
  const page = await openBlock(t, "?backend=cpu");
  const files = page.locator("input[type=file]").first();
  await files.setInputFiles(await film(page, [320, 240]));
  await facts(page, "[3, 120, 160]");
  await files.setInputFiles({ name: "broken.mp4", mimeType: "video/mp4", buffer: Buffer.from("no video") });
  await page.locator(".notice", { hasText: "broken.mp4 is not a video that this browser can play" }).waitFor();
  await facts(page, "[3, 120, 160]");
});

test("a card that goes away leaves the picture to WebAssembly", async (t) => {
  const page = await openCamera(t, "?filters=1&channels=1");
  await facts(page, "[1, 1080, 1920]");
  await shownThrough(page, await spread(page, "output.0", [1078, 1918]));
  await page.evaluate(() => globalThis.devices.forEach((device) => device.destroy()));
  await page.locator(".notice", { hasText: "WebAssembly filters a smaller picture instead" }).waitFor();
  await facts(page, "[1, 90, 160]");
  await page.locator(".chip", { hasText: /^WASM/ }).waitFor();
  assert.equal(await page.locator(LIVE).count(), 0);
  const shown = () => page.evaluate(() => document.querySelector("[data-picture] canvas").toDataURL());
  const before = await shown();
  await page.waitForFunction((before) => document.querySelector("[data-picture] canvas").toDataURL() !== before, before);
});

for (const [name, query, spoil] of [
  ["without WebGPU", "", () => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined })],
  ["where WebAssembly is to compute", "?backend=cpu", () => {}],
]) {
  test(`${name} the camera's picture is small`, async (t) => {
    const page = await openCamera(t, query, spoil);
    await facts(page, "[3, 120, 160]");
    assert.equal(await page.locator(LIVE).count(), 0);
    assert.equal(await page.locator(".notice").count(), 0);
  });
}
