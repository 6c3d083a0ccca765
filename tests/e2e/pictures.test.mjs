// conv2d on the reader's own pictures.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openSite } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

/** A picture file, made by the browser itself. */
const pictureFile = (page, width, height, type) =>
  page.evaluate(
    async ([width, height, type]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.fillStyle = "rgb(255, 128, 0)";
      context.fillRect(0, 0, width / 2, height);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
      let text = "";
      for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      return btoa(text);
    },
    [width, height, type],
  );

const choose = async (page, name, mimeType, base64) =>
  page.locator('input[type="file"][accept="image/*"]').setInputFiles({ name, mimeType, buffer: Buffer.from(base64, "base64") });

const open = async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d" });
  await page.locator(".facts", { hasText: "[3, 12, 12]" }).waitFor();
  return page;
};

for (const type of ["image/png", "image/jpeg", "image/webp"]) {
  test(`opens ${type}`, async (t) => {
    const page = await open(t);
    await choose(page, "own", type, await pictureFile(page, 40, 30, type));
    await page.locator(".facts", { hasText: "[3, 30, 40]" }).waitFor();
  });
}

test("opens, filters and explains 4096 × 4096 pixels", async (t) => {
  const page = await open(t);
  const file = await pictureFile(page, 4096, 4096, "image/png");
  const begin = performance.now();
  await choose(page, "large.png", "image/png", file);
  await page.locator(".facts", { hasText: "[3, 4096, 4096]" }).waitFor({ timeout: 20_000 });
  console.log(`# 4096 × 4096 after ${Math.round(performance.now() - begin)} ms`);
  const canvas = await page.locator("[data-picture] canvas").boundingBox();
  await page.mouse.move(canvas.x + 60, canvas.y + 90);
  await page.locator(".numbers", { hasText: /x/ }).waitFor();
});

test("says what is wrong with a file", async (t) => {
  const page = await open(t);
  await choose(page, "notes.txt", "text/plain", Buffer.from("no picture").toString("base64"));
  await page.locator(".notice", { hasText: "notes.txt is not a picture that this browser can read" }).waitFor();
  await choose(page, "wide.png", "image/png", await pictureFile(page, 4097, 2, "image/png"));
  await page.locator(".notice", { hasText: "4097 × 2 pixels; at most 4096 × 4096 fit" }).waitFor();
});

test("takes what is dropped", async (t) => {
  const page = await open(t);
  const file = await pictureFile(page, 20, 20, "image/png");
  await page.evaluate((file) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))], "own.png", { type: "image/png" }));
    document.querySelector(".block").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, file);
  await page.locator(".facts", { hasText: "[3, 20, 20]" }).waitFor();
});
