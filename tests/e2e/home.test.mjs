// The home page's summary, and the ways to the parts of the lecture.

import assert from "node:assert/strict";
import { after } from "node:test";
import { axe, openSite, painted, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

async function openSummary(t, options) {
  const page = await site.openPage(t, options);
  await started(page);
  // Blocks that come into sight on the way to the summary are built, and then as high as their pictures: until then everything moves.
  await page.locator(".summary").scrollIntoViewIfNeeded();
  await painted(page);
  await page.waitForFunction(() => {
    const isInSight = (canvas) => canvas.getBoundingClientRect().bottom > 0 && canvas.getBoundingClientRect().top < innerHeight;
    return [...document.querySelectorAll(".block canvas")].filter(isInSight).every(({ style }) => style.height);
  });
  await painted(page);
  const row = (name) => page.locator(".summary tbody tr", { has: page.getByRole("link", { name, exact: true }) });
  return {
    page,
    row,
    count: (name) => row(name).getByRole("button"),
    size: (label) => page.locator(".summary").getByRole("textbox", { name: label }),
    /** Waits until the arithmetic reads so. */
    explained: (text) => page.locator(".summary .formula", { hasText: text }).waitFor(),
  };
}

test("every number of the summary follows the sizes", async (t) => {
  const { page, row, count, size } = await openSummary(t);
  const shows = async (name, text) => row(name).getByText(text, { exact: true }).waitFor();
  await shows("Dense layer", "268,451,840");
  await shows("2D convolution", "1/115,712");
  await page.locator(".summary").getByRole("button", { name: "more kernel k" }).click();
  await shows("2D convolution", "4,112");
  await size("channels c").fill("3");
  await size("channels c").press("Enter");
  await shows("Dense layer", "9,440,256");
  const counts = await page.locator(".summary tbody button").allInnerTexts();
  assert.deepEqual(counts, ["9,440,256", "147", "0", "21", "84", "63", "21", "12"]);
  await page.getByText("n = 32 · 32 · 3 = 3,072 numbers in").waitFor();
  await size("pixels per side").fill("4096");
  await size("pixels per side").press("Enter");
  await page.locator(".summary .notice", { hasText: "side got 4096; it takes a whole number from 1 to 1024." }).waitFor();
  assert.equal(await size("pixels per side").inputValue(), "32");
  assert.equal(await count("Dense layer").innerText(), "9,440,256");
});

test("the arithmetic of every number is shown by mouse and by keyboard", async (t) => {
  const { page, row, count, explained } = await openSummary(t);
  await row("Recurrent layer").getByText("1/508,432").hover();
  await explained("16 · 16 + 16 · 16 + 16 = 528");
  await explained("528 / 268,451,840 ≈ 1/508,432");
  await explained("268,451,840 − 528 = 268,451,312");
  await count("Recurrent layer").focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "LSTM");
  await explained("4 · (16 · 16 + 16 · 16 + 16) = 2,112");
  await page.keyboard.press("Enter");
  await page.locator('[data-block="lstm"]').waitFor();
});

test("on a phone the summary is a list of cards, explained by a touch, in German too", async (t) => {
  const { page, count, explained } = await openSummary(t, { path: "index.html#/?lang=de", width: 360, height: 640, hasTouch: true });
  await page.getByText("setzt voraus (induktive Verzerrung)").first().waitFor({ state: "attached" });
  await count("Graphfaltung").tap();
  await explained("Graphfaltung: dieselben Gewichte für jeden Knoten");
  await explained("16 · 16 + 16 = 272");
  await page.getByText("eine Aufgabe für alle: n = 32 · 32 · 16 = 16,384 Zahlen").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.equal(await page.getByRole("table").getByRole("row").count(), 8);
  assert.deepEqual(await axe(page), []);
});

test("each part of the lecture leads to its blocks", async (t) => {
  const page = await site.openPage(t);
  await started(page);
  const ways = page.getByRole("navigation").getByRole("link");
  assert.equal(await ways.count(), 4);
  await ways.getByText("Sequential data").click();
  await page.locator('[data-block="rnn"]').waitFor();
  assert.deepEqual(await page.locator("nav [aria-current]").allInnerTexts(), ["Sequential data", "Recurrent layer"]);
  await ways.getByText("GRU").click();
  await page.locator('[data-block="gru"]').waitFor();
  assert.deepEqual(await page.locator("nav [aria-current]").allInnerTexts(), ["Sequential data", "GRU"]);
});
