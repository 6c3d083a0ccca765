// The canvas is painted where something has changed. It must look as if it had been painted at once.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

/** Keeps the painted pixels, on white, under a name. */
const keep = (page, name) =>
  page.evaluate(async (name) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const canvas = document.querySelector("[data-picture] canvas");
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.fillStyle = "white";
    copy.fillRect(0, 0, canvas.width, canvas.height);
    copy.drawImage(canvas, 0, 0);
    (window.kept ??= {})[name] = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  }, name);

/** By how much two kept pictures differ at most, and at how many places. Where a painter begins in the middle of a letter or of a round
 * corner, its edge may come out a shade lighter or darker. */
const difference = (page) =>
  page.evaluate(() => {
    const { pieces, whole } = window.kept;
    let [most, places] = [pieces.length === whole.length ? 0 : Infinity, 0];
    for (let i = 0; i < whole.length; i++) {
      const by = Math.abs(pieces[i] - whole[i]);
      most = Math.max(most, by);
      if (by > 8) places++;
    }
    return { most, places };
  });

const locate = (page, cell) => page.evaluate((cell) => document.querySelector(".block").layerscopeLocate(cell), cell);

for (const [path, cells, weight] of [
  ["#/conv2d", ["output.0.3.4", "input.1.5.5", "weight.0.1.0.2"], "weight.0.0.1.1"],
  ["#/conv2d?pass=backward", ["input-gradient.0.3.4", "output-gradient.0.5.5"], "weight.0.0.1.1"],
  ["#/conv1d?padding=both&amount=2&fill=circular", ["output.3", "input.0"], "weight.1"],
]) {
  test(`looks the same after pointing, dragging and stepping: ${path}`, async (t) => {
    const page = await site.openPage(t, { path: `index.html${path}`, height: 1400 });
    await started(page);
    await page.waitForFunction((cell) => document.querySelector(".block")?.layerscopeLocate?.(cell), weight);
    for (const cell of [...cells, weight]) {
      const { x, y, width, height } = await locate(page, cell);
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 7 });
    }
    await page.mouse.down();
    for (let i = 1; i <= 20; i++) await page.mouse.move((await locate(page, weight)).x + 5, 400 + 3 * i);
    await page.mouse.up();
    for (const key of ["]", "]", "[", "]"]) await page.keyboard.press(key);
    await page.locator("[data-picture] canvas").focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"]) await page.keyboard.press(key);
    await keep(page, "pieces");
    const width = () => page.evaluate(() => document.querySelector("[data-picture] canvas").width);
    const full = await width();
    await page.setViewportSize({ width: 1100, height: 1400 });
    await page.waitForFunction((full) => document.querySelector("[data-picture] canvas").width !== full, full);
    await page.setViewportSize({ width: 1280, height: 1400 });
    await page.waitForFunction((full) => document.querySelector("[data-picture] canvas").width === full, full);
    await keep(page, "whole");
    const { most, places } = await difference(page);
    assert.ok(most <= 64 && places <= 200, `differs by up to ${most} of 255, at ${places} places`);
  });
}
