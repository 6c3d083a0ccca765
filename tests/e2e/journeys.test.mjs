// What a reader does on the page, with the numbers that they then see.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, painted, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

const open = async (t, hash, options = {}) => {
  const page = await site.openPage(t, { path: `index.html${hash}`, ...options });
  await page.locator(".block .formula").waitFor();
  return page;
};

/** An array as the table shows it. */
const table = async (page, title) => {
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByLabel("array").selectOption({ label: title });
  const numbers = await page.locator("table.numbers tbody button").allInnerTexts();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  return numbers.map((number) => Number(number.replace("−", "-")));
};

const formula = (page) => page.locator(".formula .numbers");
const step = (page) => page.locator("output.step");

test("the lecture's kernel gives 1, 0, −1", async (t) => {
  for (const [preset, expected] of [
    ["rising", 1],
    ["flat", 0],
    ["falling", -1],
  ]) {
    const page = await open(t, `#/conv1d?preset=${preset}`);
    assert.deepEqual(await table(page, "output"), [expected], preset);
    const text = (await formula(page).innerText()).replace(/\s/g, "");
    assert.ok(text.endsWith(`=${expected}`.replace("-", "−")), text);
  }
});

test("the lecture's rows of padding", async (t) => {
  for (const [mode, expected] of [
    ["constant", [0, 0, 1, 2, 3, 0, 0]],
    ["replicate", [1, 1, 1, 2, 3, 3, 3]],
    ["symmetric", [2, 1, 1, 2, 3, 3, 2]],
    ["circular", [2, 3, 1, 2, 3, 1, 2]],
    ["reflect", [3, 2, 1, 2, 3, 2, 1]],
  ]) {
    const page = await open(t, `#/conv1d?preset=pad-${mode}`);
    assert.deepEqual(await table(page, "padded input"), expected, mode);
  }
});

test("back and forward lead through the pages", async (t) => {
  const page = await site.openPage(t);
  await started(page);
  await page.locator(".station h3 a", { hasText: "1D convolution" }).click();
  await page.locator('[data-block="conv1d"]').waitFor();
  await page.getByRole("navigation").getByText("2D convolution").click();
  await page.locator('[data-block="conv2d"]').waitFor();
  await page.goBack();
  await page.locator('[data-block="conv1d"]').waitFor();
  await page.goBack();
  await page.locator(".intro").waitFor();
  await page.goForward();
  await page.locator('[data-block="conv1d"]').waitFor();
});

test("the address holds the state", async (t) => {
  const page = await open(t, "#/conv1d");
  await page.getByRole("button", { name: "more stride s" }).click();
  await page.waitForURL(/stride=2/);
  await page.reload();
  await page.locator(".facts", { hasText: "stride 2" }).waitFor();
});

test("an address that says nonsense is answered with a sentence", async (t) => {
  const page = await open(t, "#/conv1d?stride=99&fill=jam&weight=1,zwei&focus=output.999");
  const notice = await page.locator(".notice").innerText();
  for (const part of ["stride got 99; it takes", "fill got “jam”", "“zwei”", "focus names a number"]) assert.ok(notice.includes(part), notice);
  await page.locator(".facts", { hasText: "stride 1" }).waitFor();
  await page.goto(`${site.origin}/index.html#/nothing`);
  await page.locator(".notice", { hasText: "There is no such block: “nothing”" }).waitFor();
});

test("everything can be done by keyboard", async (t) => {
  const page = await open(t, "#/conv1d?preset=rising", { reducedMotion: true });
  const canvas = page.locator("[data-picture] canvas");
  for (let presses = 0; presses < 60 && !(await canvas.evaluate((canvas) => canvas.matches(":focus"))); presses++) await page.keyboard.press("Tab");
  assert.ok(await canvas.evaluate((canvas) => canvas.matches(":focus")), "Tab reaches the picture");
  const at = (cell) => page.waitForURL(new RegExp(`focus=${cell}`));
  await page.keyboard.press("ArrowUp");
  await at("weight.1");
  await page.keyboard.press("Enter");
  const field = page.locator(".cell-editor");
  await field.waitFor();
  assert.equal(await field.inputValue(), "1");
  await page.keyboard.type("3");
  await page.keyboard.press("Enter");
  await field.waitFor({ state: "detached" });
  assert.ok(await canvas.evaluate((canvas) => canvas.matches(":focus")), "the focus comes back");
  await page.waitForURL(/weight=-1%2C3%2C0|weight=-1,3,0/);
  await page.keyboard.press("Control+z");
  await page.waitForURL((url) => !url.hash.includes("weight="));
  await page.keyboard.press("Control+Shift+Z");
  await page.waitForURL(/weight=/);
  await page.keyboard.press("+");
  await page.waitForURL(/3\.1/);
});

test("the focus stays where controls come and go", async (t) => {
  const page = await open(t, "#/conv1d", { reducedMotion: true });
  const focused = () => page.evaluate(() => document.activeElement.dataset.key ?? document.activeElement.tagName);
  await page.locator('input[data-key="padding"][value="same"]').focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "more p" }).waitFor();
  assert.equal(await focused(), "padding");
  await page.getByRole("button", { name: "last step" }).focus();
  await page.keyboard.press("Enter");
  await step(page).getByText("step 12 of 12").waitFor();
  assert.equal(await focused(), "CANVAS");
});

test("a press gives the picture the focus, for the keys, without a ring around it", async (t) => {
  const page = await open(t, "#/conv2d", { height: 1100 });
  await page.waitForFunction(() => document.querySelector("[data-picture] canvas").style.height);
  const { x, y } = await page.evaluate(() => document.querySelector(".block").layerscopeLocate("output.0.3.3"));
  await page.mouse.click(x + 8, y + 8);
  await page.waitForURL(/focus=output.0.3.3/);
  assert.deepEqual(await page.evaluate(() => [document.activeElement.tagName, document.activeElement.matches(":focus-visible")]), ["CANVAS", false]);
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/focus=output.0.3.4/);
});

test("says what is wrong with a number that is typed", async (t) => {
  const page = await open(t, "#/conv1d?preset=rising", { height: 1100 });
  await page.waitForFunction(() => document.querySelector("[data-picture] canvas").style.height);
  for (const [text, said] of [
    ["1/3", "“1/3” is no number"],
    ["5000", "5000 is not possible there; 1000 is the nearest"],
  ]) {
    const { x, y } = await page.evaluate(() => document.querySelector(".block").layerscopeLocate("weight.0"));
    await page.mouse.dblclick(x + 8, y + 8);
    await page.locator(".cell-editor").waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await page.locator(".notice", { hasText: said }).waitFor();
  }
  await page.waitForURL(/weight=1000,1,0/);
});

test("an editor is undone in one step, and what it cannot take is not kept", async (t) => {
  const page = await open(t, "#/conv1d?preset=rising");
  await page.waitForFunction(() => document.querySelector("[data-picture] canvas").style.height);
  const edit = async (text, key) => {
    const { x, y } = await page.evaluate(() => document.querySelector(".block").layerscopeLocate("weight.1"));
    await page.mouse.dblclick(x + 8, y + 8);
    await page.locator(".cell-editor").waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press(key);
    await page.locator(".cell-editor").waitFor({ state: "detached" });
  };
  const undo = page.getByRole("button", { name: "undo" });
  await edit("77", "Escape");
  assert.ok(await undo.isDisabled(), "a cancelled number leaves nothing to undo");
  await edit("12abc", "Tab");
  await page.locator(".notice", { hasText: "“12abc” is no number" }).waitFor();
  assert.ok(await undo.isDisabled(), "a refused one neither");
  await edit("12.5", "Enter");
  await page.waitForURL(/weight=-1,12.5,0/);
  await undo.click();
  await page.waitForURL((url) => !url.hash.includes("weight="));
  assert.ok(await undo.isDisabled());
});

test("leaves alone what is being typed", async (t) => {
  const page = await open(t, "#/conv1d");
  const field = page.locator('input[data-key="input"]');
  await page.getByRole("button", { name: "Play" }).click();
  await field.fill("1, 2, 3");
  await step(page).getByText("step 3 of 12").waitFor();
  assert.equal(await field.inputValue(), "1, 2, 3");
  await page.getByRole("button", { name: "more stride s" }).click();
  await page.locator(".facts", { hasText: "[1, 3]" }).waitFor();
  await field.focus();
  await page.keyboard.press("End");
  await page.keyboard.type(", 9");
  await page.keyboard.press("Control+z");
  await page.locator(".facts", { hasText: "stride 2" }).waitFor();
  const kernel = page.locator('input[data-key="kernel"]');
  await kernel.fill("abc");
  await kernel.press("Enter");
  await page.locator(".notice", { hasText: "kernel got “abc”" }).waitFor();
  assert.equal(await kernel.inputValue(), "3");
});

test("undoing scrolls nothing, and what was done last is in the address when the page is left", async (t) => {
  const page = await open(t, "#/conv2d");
  await page.getByRole("button", { name: "more stride s" }).click();
  await page.getByRole("navigation").getByText("1D convolution").click();
  await page.locator('[data-block="conv1d"]').waitFor();
  await page.goBack();
  await page.locator(".facts", { hasText: "stride 2" }).waitFor();
  await page.getByRole("button", { name: "more stride s" }).click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole("button", { name: "undo" }).click();
  await page.locator(".facts", { hasText: "stride 2" }).waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0);
});

test("steps, plays and scrubs", async (t) => {
  const page = await open(t, "#/conv1d", { reducedMotion: true });
  await page.locator("[data-picture] canvas").focus();
  await page.keyboard.press("]");
  await step(page).getByText("step 2 of 12").waitFor();
  await page.keyboard.press("[");
  await step(page).getByText("step 1 of 12").waitFor();
  await page.keyboard.press("End");
  await step(page).getByText("step 12 of 12").waitFor();
  await page.getByRole("slider", { name: "step" }).fill("4");
  await step(page).getByText("step 5 of 12").waitFor();
  await page.getByRole("slider", { name: "step" }).focus();
  await page.keyboard.press("Space");
  await step(page).getByText("step 7 of 12").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Play" }).waitFor();
});

test("does not glide for those who want less motion", async (t) => {
  const page = await open(t, "#/conv1d", { reducedMotion: true });
  const frames = await page.evaluate(async () => {
    document.querySelector('[aria-label="last step"]').click();
    let frames = 0;
    while (!document.querySelector("output.step").textContent.startsWith("step 12") && frames < 100) {
      await new Promise(requestAnimationFrame);
      frames++;
    }
    return frames;
  });
  assert.ok(frames <= 3, `${frames} frames`);
});

test("a press that ends beside the picture holds nothing", async (t) => {
  const page = await open(t, "#/conv1d");
  const canvas = await page.locator("[data-picture] canvas").boundingBox();
  const { x, y } = await page.evaluate(() => document.querySelector(".block").layerscopeLocate("output.4"));
  await page.mouse.move(x + 5, y + 5);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 20, canvas.y - 30, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "more stride s" }).click();
  await page.waitForURL(/stride=2/);
  await page.waitForFunction(() => document.querySelector('[data-key="stride"]').value === "2");
});

test("no page scrolls sideways", async (t) => {
  const page = await site.openPage(t);
  await started(page);
  for (const hash of ["#/", "#/conv1d", "#/conv1d?pass=backward", "#/conv2d", "#/conv2d?pass=backward", "#/conv2d?channels=8&filters=16"]) {
    await page.goto(`${site.origin}/index.html${hash}`);
    await page.locator(hash === "#/" ? ".intro" : ".block .formula").waitFor();
    for (const width of [360, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      await painted(page);
      const beyond = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
      assert.ok(beyond <= 0, `${hash} at ${width}: ${beyond} beyond`);
    }
  }
});
