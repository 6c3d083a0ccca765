// conv2d on the reader's own pictures.

import assert from "node:assert/strict";
import { after } from "node:test";
import { choosePicture, openSite, pictureFile, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

const open = async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d" });
  await page.locator(".facts", { hasText: "[3, 12, 12]" }).waitFor();
  return page;
};

for (const type of ["image/png", "image/jpeg", "image/webp"]) {
  test(`opens ${type}`, async (t) => {
    const page = await open(t);
    await choosePicture(page, "own", type, await pictureFile(page, 40, 30, type));
    await page.locator(".facts", { hasText: "[3, 30, 40]" }).waitFor();
  });
}

test("opens, filters and explains 4096 × 4096 pixels", async (t) => {
  const page = await open(t);
  const file = await pictureFile(page, 4096, 4096, "image/png");
  const begin = performance.now();
  await choosePicture(page, "large.png", "image/png", file);
  await page.locator(".facts", { hasText: "[3, 4096, 4096]" }).waitFor({ timeout: 20_000 });
  console.log(`# 4096 × 4096 after ${Math.round(performance.now() - begin)} ms`);
  const canvas = await page.locator("[data-picture] canvas").boundingBox();
  await page.mouse.move(canvas.x + 60, canvas.y + 90);
  await page.locator(".numbers", { hasText: /x/ }).waitFor();
});

test("says what is wrong with a file", async (t) => {
  const page = await open(t);
  await choosePicture(page, "notes.txt", "text/plain", Buffer.from("no picture").toString("base64"));
  await page.locator(".notice", { hasText: "notes.txt is not a picture that this browser can read" }).waitFor();
  await choosePicture(page, "wide.png", "image/png", await pictureFile(page, 4097, 2, "image/png"));
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

test("takes what is pasted", async (t) => {
  const page = await open(t);
  const file = await pictureFile(page, 24, 18, "image/png");
  await page.evaluate((file) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))], "own.png", { type: "image/png" }));
    document.querySelector("[data-picture] canvas").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, file);
  await page.locator(".facts", { hasText: "[3, 18, 24]" }).waitFor();
});

test("filters what the camera sees, and keeps it", async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d?backend=cpu", permissions: ["camera"] });
  await page.getByRole("button", { name: "Camera" }).click();
  await page.locator(".facts", { hasText: "[3, 120, 160]" }).waitFor();
  const canvas = page.locator("[data-picture] canvas");
  const shown = () => canvas.evaluate((canvas) => canvas.toDataURL());
  const before = await shown();
  await page.waitForFunction((before) => document.querySelector("[data-picture] canvas").toDataURL() !== before, before);
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.getByRole("button", { name: "Camera" }).waitFor();
  await page.locator(".facts", { hasText: "[3, 120, 160]" }).waitFor();
  const own = await page.getByRole("combobox", { name: "input" }).inputValue();
  assert.match(own, /^own-/);
});

test("a camera that is refused is told", async (t) => {
  const page = await open(t);
  await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"))));
  await page.getByRole("button", { name: "Camera" }).click();
  await page.locator(".notice", { hasText: "There is no camera, or this page may not use it" }).waitFor();
});

test("the pen draws on the input, and undo takes the whole stroke back", async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d?picture=blank&size=8&channels=1&filters=1&pen=1" });
  const locate = (cell) => page.evaluate((cell) => document.querySelector(".block").layerscopeLocate(cell), cell);
  await page.waitForFunction(() => document.querySelector(".block")?.layerscopeLocate?.("input.0.2.2"));
  const holds = async (cell, number) => {
    await page.mouse.move(5, 5);
    const place = await locate(cell);
    await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
    const text = `${cell.replace("input.", "x").replaceAll(".", ",")}=${number}`;
    await page.waitForFunction((text) => document.querySelector(".formula .numbers").innerText.replace(/\s/g, "") === text, text);
  };
  await holds("input.0.2.1", 0);
  const [from, to] = [await locate("input.0.2.1"), await locate("input.0.2.6")];
  await page.mouse.move(from.x + 4, from.y + 4);
  await page.mouse.down();
  await page.mouse.move(to.x + 4, to.y + 4, { steps: 3 });
  await page.mouse.up();
  for (let x = 1; x <= 6; x++) await holds(`input.0.2.${x}`, 1);
  await holds("input.0.2.0", 0);
  await page.getByRole("button", { name: "undo" }).click();
  await holds("input.0.2.3", 0);
});
