// What only some blocks can do: turn a volume, open one's own, shift a picture, stack layers, draw a digit.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, place, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

const open = async (t, hash, options = {}) => {
  const page = await site.openPage(t, { path: `index.html#/${hash}`, ...options });
  await page.locator(".block .formula").waitFor();
  return page;
};

const drag = async (page, from, [right, down]) => {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const part of [0.3, 0.7, 1]) await page.mouse.move(from.x + part * right, from.y + part * down);
  await page.mouse.up();
};

const field = (page, key) => page.locator(`input[data-key="${key}"]`);
const facts = (page, text) => page.locator(".facts", { hasText: text }).waitFor();

/** A NumPy file of version 1. */
const npy = (header, data) => {
  const text = `${header}`.padEnd(117) + "\n";
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([text.length, 0]), Buffer.from(text), Buffer.from(data)]);
};
const bytes = (sides) => npy(`{'descr': '|u1', 'fortran_order': False, 'shape': (${sides.join(", ")}), }`, new Uint8Array(sides.reduce((a, b) => a * b)).map((_, at) => at % 256));
const floats = (sides) => npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${sides.join(", ")}), }`, new Uint8Array(new Float32Array(sides.reduce((a, b) => a * b)).map((_, at) => Math.sin(at)).buffer));

const openVolume = (page, name, buffer) => page.locator('input[type="file"][accept=".npy"]').setInputFiles({ name, mimeType: "application/octet-stream", buffer });

test("a volume is turned by drag, by keys and back again, and nothing is computed for it", async (t) => {
  const page = await open(t, "conv3d?yaw=0&pitch=0", { height: 1100 });
  const numbers = await page.locator(".formula .numbers").innerText();
  await drag(page, await place(page, "output.0.2.2"), [0, 0]);
  const canvas = await page.locator("[data-picture] canvas").boundingBox();
  await drag(page, { x: canvas.x + 60, y: canvas.y + 200 }, [40, 30]);
  await page.waitForURL(/yaw=-20&pitch=15/);
  await page.locator("[data-picture] canvas").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Shift+ArrowDown");
  await page.waitForURL(/yaw=-15&pitch=20/);
  for (let undone = 0; undone < 3; undone++) await page.keyboard.press("Control+z");
  await page.waitForURL((url) => url.hash.includes("yaw=0") && url.hash.includes("pitch=0"));
  await page.keyboard.press("Home");
  assert.equal(await page.locator(".formula .numbers").innerText(), numbers);
});

test("own volumes are read, and a wrong file gets a sentence", async (t) => {
  const page = await open(t, "conv3d");
  await openVolume(page, "small.npy", floats([4, 5, 6]));
  await facts(page, "[1, 4, 5, 6]");
  await openVolume(page, "bytes.npy", bytes([8, 8, 8]));
  await facts(page, "[1, 8, 8, 8]");
  for (const [name, file, sentence] of [
    ["notes.txt", Buffer.from("no volume"), "notes.txt: it is no .npy file"],
    ["flat.npy", bytes([4, 4]), "flat.npy: it has 2 axes; a volume has 3"],
    ["long.npy", bytes([65, 1, 1]), "long.npy: it has 65 × 1 × 1 voxels; from 1 to 64 along each side fit"],
    ["cut.npy", bytes([4, 4, 4]).subarray(0, 150), "cut.npy: it holds 22 numbers where its shape tells 64"],
    ["huge.npy", Buffer.alloc(3_000_000), "huge.npy is too large"],
  ]) {
    await openVolume(page, name, file);
    await page.locator(".notice", { hasText: sentence }).waitFor();
  }
  await facts(page, "[1, 8, 8, 8]");
});

test("64 × 64 × 64 voxels stay explorable", async (t) => {
  const page = await open(t, "conv3d");
  await openVolume(page, "large.npy", floats([64, 64, 64]));
  await facts(page, "[1, 64, 64, 64]");
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (window.longest = Math.max(window.longest, duration)))).observe({ entryTypes: ["longtask"] });
  });
  const canvas = await page.locator("[data-picture] canvas").boundingBox();
  await drag(page, { x: canvas.x + 60, y: canvas.y + 200 }, [40, 30]);
  for (let step = 0; step < 5; step++) await page.keyboard.press("]");
  const { x, y } = await place(page, "output.0.20.20");
  for (const by of [0, 3, 6, 9]) await page.mouse.move(x + by, y + by);
  await page.locator(".formula .numbers", { hasText: "more terms" }).waitFor();
  const longest = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.longest)))));
  console.log(`# 64 × 64 × 64: busy for at most ${Math.round(longest)} ms`);
  assert.ok(longest < 200, `${longest} ms`);
});

test("a picture is shifted by drag and by keys", async (t) => {
  const page = await open(t, "bias");
  const cells = [await place(page, "moved.3.3"), await place(page, "moved.3.4")];
  const side = cells[1].x - cells[0].x;
  await drag(page, cells[0], [2 * side, -side]);
  await page.waitForURL(/dx=3&dy=-1/);
  await page.locator("[data-picture] canvas").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  await page.waitForURL(/dx=4/);
  assert.equal(await field(page, "dy").inputValue(), "0");
  await facts(page, "mean change of the convolution: 0.0");
});

test("a stack grows by buttons, and its numbers are changed in the table", async (t) => {
  const page = await open(t, "receptive-field?layers=conv3&size=20", { height: 1400 });
  await page.getByRole("button", { name: "+ conv" }).click();
  await page.getByRole("button", { name: "+ pool" }).click();
  assert.equal(await field(page, "layers").inputValue(), "conv3, conv3, pool2");
  await facts(page, "receptive field r = 6, jump j = 2");
  const dilation = await place(page, "layers.1.2");
  await page.mouse.click(dilation.x, dilation.y);
  await page.locator("[data-picture] canvas").focus();
  await page.keyboard.press("Enter");
  await page.locator("input.cell-editor").fill("4");
  await page.keyboard.press("Enter");
  assert.equal(await field(page, "layers").inputValue(), "conv3, conv3d4, pool2");
  await facts(page, "receptive field r = 12, jump j = 2");
  await page.getByRole("button", { name: "− layer" }).click();
  assert.equal(await field(page, "layers").inputValue(), "conv3, conv3d4");
  await field(page, "layers").fill("conv3, dense");
  await field(page, "layers").press("Enter");
  await page.locator(".notice", { hasText: "layers got “dense” as layer 2" }).waitFor();
});

test("a dense layer's table takes sizes up to a million", async (t) => {
  const page = await open(t, "dense?preset=lecture");
  await facts(page, "3,872,256 parameters");
  const size = await place(page, "sizes.0.0");
  await page.mouse.click(size.x, size.y);
  await page.locator("[data-picture] canvas").focus();
  await page.keyboard.press("Enter");
  await page.locator("input.cell-editor").fill("1000000");
  await page.keyboard.press("Enter");
  await facts(page, "259,610,112 parameters");
});

test("the network's data come when it is opened, and a drawn digit reaches every layer at once", async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d" });
  await started(page);
  const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()).filter((name) => /\.(bin|safetensors)$/.test(name)).sort());
  assert.deepEqual(await fetched(), []);
  await page.goto(`${site.origin}/index.html#/cnn?preset=draw`);
  await facts(page, "97.8 % of 360 images right");
  assert.deepEqual(await fetched(), ["digits-cnn.safetensors", "digits.bin"]);
  const [top, bottom] = [await place(page, "input.1.4"), await place(page, "input.6.4")];
  await page.mouse.move(top.x, top.y);
  await page.mouse.down();
  for (let part = 0; part <= 1; part += 0.1) await page.mouse.move(top.x + part * (bottom.x - top.x), top.y + part * (bottom.y - top.y));
  await page.mouse.up();
  await page.waitForURL(/pixels=[0,]*1/);
  const pixel = await place(page, "input.3.4");
  await page.mouse.move(pixel.x, pixel.y);
  await page.locator(".formula .numbers", { hasText: /=\s*1$/ }).waitFor();
  const one = await place(page, "scores.1");
  await page.mouse.move(one.x, one.y);
  await page.locator(".formula .numbers", { hasText: "more terms" }).waitFor();
});

test("a mistake is opened from the table of all images", async (t) => {
  const page = await open(t, "cnn?preset=mistakes", { height: 1400 });
  const pointed = await place(page, "confusion.9.5");
  await page.mouse.click(pointed.x, pointed.y);
  const image = await place(page, "predicted.348");
  await page.mouse.click(image.x, image.y);
  await page.waitForURL(/#\/cnn\?digit=348/);
  await facts(page, "[1, 8, 8]");
  assert.equal(await field(page, "digit").inputValue(), "348");
});

test("a forget gate that is held shut makes the recall fail, and is let go again", async (t) => {
  const page = await open(t, "lstm?delay=20&step=5");
  await facts(page, "32 of 32 right");
  const dial = await place(page, "forget.4.0");
  await drag(page, dial, [0, 90]);
  await page.waitForURL(/forget=held/);
  await facts(page, "8 of 32 right");
  await page.keyboard.press("Control+z");
  await facts(page, "32 of 32 right");
  await page.locator('input[data-key="forget"][value="shut"]').check({ force: true });
  await facts(page, "8 of 32 right");
  await page.locator('input[data-key="memory"]').uncheck({ force: true });
  await facts(page, "304 parameters");
});

test("a network's weights come when it is chosen, and it goes on with what is typed", async (t) => {
  const page = await open(t, "gru?task=own");
  const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()).filter((name) => /\.safetensors$/.test(name)).sort());
  assert.deepEqual(await fetched(), []);
  await page.locator('input[data-key="task"][value="characters"]').check({ force: true });
  await facts(page, "[63, 38]");
  assert.deepEqual(await fetched(), ["characters-gru.safetensors"]);
  await field(page, "text").fill("The Queen said");
  await field(page, "text").press("Enter");
  await facts(page, "[54, 38]");
  await field(page, "text").fill("größer");
  await field(page, "text").press("Enter");
  await page.locator(".notice", { hasText: "text got “" }).waitFor();
  await facts(page, "[54, 38]");
});

test("weights that cannot be had leave what stood there", async (t) => {
  const page = await open(t, "gru?task=own");
  await page.route("**/characters-gru.safetensors", (route) => route.abort());
  await page.locator('input[data-key="task"][value="characters"]').check({ force: true });
  await page.locator(".notice", { hasText: "characters-gru.safetensors could not be loaded" }).waitFor();
  await facts(page, "[5, 2]");
  page.problems.length = 0;
});

test("a spectral radius past 1 makes the product explode, in figures", async (t) => {
  const page = await open(t, "bptt?last=40");
  const radius = field(page, "radius");
  await radius.fill("0.7");
  await facts(page, /RNN ‖∂h₄₀\/∂h₀‖ = \d(\.\d+)?e−/);
  await radius.fill("1.5");
  await facts(page, /RNN ‖∂h₄₀\/∂h₀‖ = \d(\.\d+)?e\d|RNN ‖∂h₄₀\/∂h₀‖ = \d{4,}/);
});

test("an element shows a trained network at once, at its step", async (t) => {
  const page = await site.openPage(t, { path: "about:blank" });
  await page.goto(`${site.origin}/demo.html`);
  const shown = await page.evaluate(async () => {
    const element = document.createElement("layer-scope");
    for (const [name, value] of Object.entries({ block: "rnn", settings: "task=brackets", step: "7", loading: "eager" })) element.setAttribute(name, value);
    document.body.append(element);
    await element.ready;
    const before = [element.state.settings.task, element.step, element.steps];
    element.setAttribute("settings", "task=recall&delay=3");
    await new Promise((resolve) => element.addEventListener("layerscope-change", resolve, { once: true }));
    return [...before, element.state.settings.task, element.steps];
  });
  assert.deepEqual(shown, ["brackets", 7, 25, "recall", 6]);
});

test("where the data are missing the page says so", async (t) => {
  const page = await site.openPage(t, { path: "about:blank" });
  await page.route("**/digits.bin", (route) => route.abort());
  await page.goto(`${site.origin}/index.html#/cnn`);
  await page.getByRole("alert").filter({ hasText: "digits.bin could not be loaded" }).waitFor();
  page.problems.length = 0;
});

test("the path opens its blocks when they come near, in the page's language and theme", async (t) => {
  const page = await site.openPage(t);
  await started(page);
  assert.ok((await page.locator(".station article.block").count()) < 5);
  await page.getByLabel("language").selectOption("de");
  await page.getByLabel("theme").selectOption("dark");
  const last = page.locator(".station").last();
  await last.scrollIntoViewIfNeeded();
  await last.locator(".facts", { hasText: "wie viele Knoten es auch sind" }).waitFor();
  await page.locator(".station", { hasText: "Pooling" }).first().scrollIntoViewIfNeeded();
  assert.equal(await page.locator(".station article.block[lang=en]").count(), 0);
});
