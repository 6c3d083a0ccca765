import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after } from "node:test";
import { axe, openSite, test } from "./harness.mjs";

const SANDBOX = `<!doctype html><html lang="en"><title>A host</title>
  <iframe sandbox="allow-scripts" width="1000" height="800" title="A block" src="/embed.html?block=conv1d"></iframe></html>`;
const EMPTY = `<!doctype html><html lang="en"><title>A host</title></html>`;
const site = await openSite({ pages: { "/sandbox.html": SANDBOX, "/empty.html": EMPTY } });
after(() => site.close());

const DIALOGS = [
  { button: "Table", heading: "The numbers as a table" },
  { button: "Share", heading: "Share this picture" },
  { button: "Export", heading: "Export this picture" },
  { button: "keys", heading: "Keys" },
];

async function openBlock(t, { path = "#/conv1d", ...options } = {}) {
  const page = await site.openPage(t, { path: `index.html${path}`, ...options });
  await page.locator("canvas").waitFor();
  await painted(page);
  return page;
}

/** Waits until the canvas shows something. */
async function painted(page) {
  await page.waitForFunction(() => document.querySelector(".block canvas")?.width > 300);
}

async function open(page, name) {
  await page.locator(".tools").getByRole("button", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return dialog;
}

/** What has the focus, and whether it is inside the dialog. */
function focus(page) {
  return page.evaluate(() => {
    const { activeElement: element } = document;
    return { inside: element.closest("dialog") !== null, is: element.ariaLabel ?? element.textContent, tag: element.tagName };
  });
}

for (const { button, heading } of DIALOGS) {
  test(`${button}: opens by hand and by key, keeps the focus, and gives it back`, async (t) => {
    const page = await openBlock(t);
    let dialog = await open(page, button);
    assert.equal(await dialog.getByRole("heading", { level: 2 }).textContent(), heading);
    assert.equal(await dialog.getAttribute("aria-label"), heading);
    await dialog.getByRole("button", { name: "close" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await focus(page)).tag, "BUTTON");

    await page.locator(".tools").getByRole("button", { name: button, exact: true }).press("Enter");
    dialog = page.getByRole("dialog");
    await dialog.waitFor();
    const stops = new Set();
    for (let press = 0; press < 30; press += 1) {
      const { inside, is, tag } = await focus(page);
      // Past its last stop, the focus is with the browser's own controls, which the page sees as its body.
      assert.ok(inside || tag === "BODY", `${press} tabs lead to ${tag} ${is}`);
      stops.add(`${tag} ${is}`);
      await page.keyboard.press("Tab");
    }
    assert.ok(stops.size >= 2 || button === "keys", [...stops].join());
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const { tag, is } = await focus(page);
    assert.deepEqual([tag, is], ["BUTTON", button === "keys" ? "keys" : button]);
  });
}

test("? lists the keys and gives the focus back to the picture", async (t) => {
  const page = await openBlock(t);
  await page.locator("canvas").focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  for (const key of ["→", "Enter", "Escape", "Home", "End", "space", "[", "]", "+", "−", "?", "Ctrl+Z"]) {
    assert.ok((await dialog.locator("kbd").allTextContents()).includes(key), key);
  }
  // The block behind the dialog does not follow.
  const before = page.url();
  for (const key of ["]", "ArrowRight", "End", " "]) await page.keyboard.press(key);
  await page.waitForTimeout(400);
  assert.equal(page.url(), before);
  if (await dialog.isVisible()) await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("share: the link opens the same picture", async (t) => {
  const path = "#/conv1d?input=0,1,1&padding=both&fill=reflect&focus=output.1";
  const page = await openBlock(t, { path });
  const dialog = await open(page, "Share");
  const link = await dialog.getByLabel("Link").inputValue();
  assert.ok(link.startsWith(`${site.origin}/index.html#/conv1d?`), link);
  const other = await openBlock(t, { path: link.slice(`${site.origin}/index.html`.length) });
  const picture = (page) => page.evaluate(() => document.querySelector(".block canvas").toDataURL());
  assert.equal(await picture(other), await picture(page));
  const formula = (page) => page.locator(".formula").textContent();
  assert.equal(await formula(other), await formula(page));
});

test("share: the frame and the element say what is shown, in proper HTML", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?kernel=5&fill=reflect&focus=output.1&theme=dark" });
  const dialog = await open(page, "Share");
  const parse = (label) =>
    dialog.getByLabel(label).evaluate((field) => {
      const { body } = new DOMParser().parseFromString(`<body>${field.value}</body>`, "text/html");
      const attributes = (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
      return [...body.children].map((element) => ({ tag: element.localName, ...attributes(element) }));
    });
  const [frame] = await parse(/^Frame/);
  const source = new URL(frame.src);
  assert.equal(`${source.origin}${source.pathname}`, `${site.origin}/embed.html`);
  const keys = Object.fromEntries(source.searchParams);
  assert.equal(keys.block, "conv1d");
  assert.equal(keys.kernel, "5");
  assert.equal(keys.focus, "output.1");
  assert.deepEqual([frame.tag, frame.title, frame.loading], ["iframe", "1D convolution", "lazy"]);
  assert.ok(Number(frame.width) > 300 && Number(frame.height) > 300, JSON.stringify(frame));
  const [script, element] = await parse(/^Element/);
  assert.deepEqual(script, { tag: "script", type: "module", src: `${site.origin}/layer-scope.js` });
  assert.deepEqual([element.tag, element.block, element.theme, element.focus], ["layer-scope", "conv1d", "dark", "output.1"]);
  const settings = new URLSearchParams(element.settings);
  assert.deepEqual([settings.get("kernel"), settings.get("fill"), settings.get("theme")], ["5", "reflect", null]);
});

test("share: the frame and the element open the same picture on another page", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?preset=rising&kernel=2&fill=reflect&focus=output.1" });
  const dialog = await open(page, "Share");
  const formula = await page.locator(".formula").textContent();
  const host = await site.openPage(t, { path: `${site.otherOrigin}/empty.html` });
  await host.setContent(await dialog.getByLabel(/^Frame/).inputValue());
  assert.equal(await host.frameLocator("iframe").locator(".formula").textContent(), formula);
  await host.setContent(await dialog.getByLabel(/^Element/).inputValue());
  assert.equal(await host.locator("layer-scope .formula").textContent(), formula);
});

test("in an element the focus comes back, too", async (t) => {
  const page = await site.openPage(t, { path: "empty.html" });
  await page.setContent(`<script type="module" src="${site.origin}/layer-scope.js"></script><layer-scope block="conv1d"></layer-scope>`);
  await page.locator("canvas").focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  const focused = () => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.localName);
  assert.equal(await focused(), "button");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await focused(), "canvas");
});

test("share: copies, and says so", async (t) => {
  const page = await openBlock(t, { permissions: ["clipboard-read", "clipboard-write"] });
  const dialog = await open(page, "Share");
  await dialog.getByRole("button", { name: "Copy Link" }).click();
  await dialog.getByText("copied", { exact: true }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await dialog.getByLabel("Link").inputValue());
});

test("in a sandbox every dialog opens, and text is copied or at least selected", async (t) => {
  const page = await site.openPage(t, { path: "sandbox.html" });
  const frame = page.frameLocator("iframe");
  await frame.locator("canvas").waitFor();
  for (const { button, heading } of DIALOGS) {
    await frame.locator(".tools").getByRole("button", { name: button, exact: true }).click();
    const dialog = frame.getByRole("dialog", { name: heading });
    await dialog.waitFor();
    if (button === "Share") {
      await dialog.getByRole("button", { name: "Copy Link" }).click();
      await dialog.getByText(/^(copied|selected: copy it with Ctrl\+C)$/).waitFor();
      const selected = await dialog.getByLabel("Link").evaluate((field) => field.selectionEnd - field.selectionStart);
      assert.ok(selected > 20);
    }
    if (button === "Export") await dialog.getByText("Nothing saved?").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
});

/** Clicks, and reads the file that comes. */
async function save(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), body: await readFile(await download.path()) };
}

test("export: the SVG is the picture", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?preset=rising" });
  const dialog = await open(page, "Export");
  const { name, body } = await save(page, dialog.getByRole("button", { name: "Download SVG" }));
  assert.equal(name, "conv1d.svg");
  const read = (text) =>
    page.evaluate((text) => {
      const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      const first = svg.querySelector(":scope > :not(title)");
      const { width, height } = document.querySelector(".block canvas").getBoundingClientRect();
      const near = (a, b) => Math.abs(a - b) < 1;
      return {
        root: svg.localName,
        title: svg.querySelector("title").textContent,
        sized: near(svg.getAttribute("width"), width) && near(svg.getAttribute("height"), height),
        background: first.getAttribute("width") === svg.getAttribute("width"),
        texts: [...svg.querySelectorAll("text")].map((text) => text.textContent),
      };
    }, text);
  const svg = await read(body.toString());
  assert.deepEqual([svg.root, svg.title, svg.sized, svg.background], ["svg", "1D convolution", true, true]);
  assert.ok(svg.texts.includes("output y") && svg.texts.some((text) => /^1(\.0+)?$/.test(text)), svg.texts.join());
  await dialog.getByText("transparent").click();
  assert.equal((await read(await dialog.getByLabel("SVG").inputValue())).background, false);
  await page.waitForFunction(() => document.querySelector("dialog .preview").naturalWidth > 100);
});

test("export: the PNG has the chosen size and background", async (t) => {
  const page = await openBlock(t, { width: 560 });
  const dialog = await open(page, "Export");
  const decode = async (body) =>
    page.evaluate(async (base64) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      return { width, height, colours: new Set(pixels).size, corner: context.getImageData(0, 0, 1, 1).data[3] };
    }, body.toString("base64"));
  const canvas = await page.locator(".block canvas").boundingBox();
  for (const [scale, background, corner] of [["1×", "as shown", 255], ["3×", "transparent", 0]]) {
    await dialog.getByText(scale, { exact: true }).click();
    await dialog.getByText(background, { exact: true }).click();
    const { name, body } = await save(page, dialog.getByRole("button", { name: "Download PNG" }));
    const picture = await decode(body);
    assert.equal(name, "conv1d.png");
    assert.ok(Math.abs(picture.width - canvas.width * parseInt(scale)) <= 3, `${picture.width} for ${canvas.width}`);
    assert.ok(Math.abs(picture.height - canvas.height * parseInt(scale)) <= 3, `${picture.height} for ${canvas.height}`);
    assert.ok(picture.colours > 10, `${picture.colours} colours`);
    assert.equal(picture.corner, corner, background);
  }
});

test("export: the formula in LaTeX ends in the number, the program is there", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?preset=rising&focus=output.0" });
  const dialog = await open(page, "Export");
  const formula = await save(page, dialog.getByRole("button", { name: "Download Formula (LaTeX)" }));
  assert.equal(formula.name, "conv1d.tex");
  assert.match(formula.body.toString(), /\\begin\{align\*\}[^]*= 1\s*\\end\{align\*\}/);
  assert.equal(formula.body.toString(), await dialog.getByLabel("Formula (LaTeX)").inputValue());
  const program = await save(page, dialog.getByRole("button", { name: /^Download Program/ }));
  assert.equal(program.name, "conv1d.py");
  assert.equal(program.body.toString(), await dialog.getByLabel(/^Program/).inputValue());
  assert.ok(program.body.length > 0);
});

test("table: every stage, the chosen number marked, a click points", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?preset=rising&focus=output.0" });
  const dialog = await open(page, "Table");
  const table = dialog.getByRole("table");
  assert.match(await table.locator("caption").textContent(), /^output, shape 1\./);
  assert.equal(await dialog.locator("[aria-current=true]").count(), 1);
  await dialog.getByLabel("array").selectOption({ label: "input" });
  assert.match(await table.locator("caption").textContent(), /^input, shape 3\./);
  assert.deepEqual((await table.getByRole("cell").allTextContents()).filter(Boolean).map(Number), [0, 1, 1]);
  assert.deepEqual(await table.getByRole("columnheader").allTextContents(), ["0", "1", "2"]);
  assert.equal(await dialog.locator("[aria-current=true]").count(), 0);
  await table.getByRole("button").nth(1).click();
  assert.equal(await dialog.locator("[aria-current=true]").textContent(), await table.getByRole("button").nth(1).textContent());
  await page.waitForURL(/focus=input\.1/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.waitForURL(/focus=input\.2/);
});

test("table: of a long array a part is shown, and said", async (t) => {
  const input = Array.from({ length: 100 }, (_, at) => at).join();
  const page = await openBlock(t, { path: `#/conv1d?input=${input}&focus=input.70` });
  const dialog = await open(page, "Table");
  const table = dialog.getByRole("table");
  assert.match(await table.locator("caption").textContent(), /Only a part is shown: columns 64 – 99\./);
  assert.equal(await table.getByRole("columnheader").count(), 36);
  assert.equal(Number(await dialog.locator("[aria-current=true]").textContent()), 70);
  await dialog.getByLabel("columns").selectOption({ label: "0 – 63" });
  assert.equal(await table.getByRole("columnheader").count(), 64);
});

test("table: arrays are chosen by keyboard, one after the other", async (t) => {
  const page = await openBlock(t, { path: "#/conv2d" });
  const dialog = await open(page, "Table");
  const array = dialog.getByLabel("array");
  await array.focus();
  for (const name of ["sum over channels", "sum over the window", "bias"]) {
    await page.keyboard.press("ArrowUp");
    await dialog.locator("caption", { hasText: name }).waitFor();
    assert.ok(await array.evaluate((menu) => menu === document.activeElement), name);
  }
});

test("table: of many axes the leading ones are chosen", async (t) => {
  const page = await openBlock(t, { path: "#/conv2d?focus=weight.1.0.1.1" });
  const dialog = await open(page, "Table");
  const table = dialog.getByRole("table");
  assert.match(await table.locator("caption").textContent(), /^weight \[1, 0, …\], shape 4 × 3 × 3 × 3\.$/);
  const numbers = async () => (await table.getByRole("button").allTextContents()).map((text) => Number(text.replace("−", "-")));
  assert.deepEqual(await numbers(), [-1, -2, -1, 0, 0, 0, 1, 2, 1]);
  assert.equal(await table.locator("[data-cell='weight.1.0.1.1']").getAttribute("tabindex"), "0");
  await dialog.getByLabel("index 1").selectOption("0");
  assert.deepEqual(await numbers(), [-1, 0, 1, -2, 0, 2, -1, 0, 1]);
  assert.equal(await dialog.locator("[aria-current=true]").count(), 0);
});

test("in German everything around the picture is German", async (t) => {
  const page = await openBlock(t, { path: "#/conv1d?lang=de" });
  assert.equal(await page.locator(".block").getAttribute("lang"), "de");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await page.getByRole("heading", { name: "1D-Faltung" }).waitFor();
  await page.getByLabel("Beispiel").waitFor();
  await open(page, "Teilen");
  await page.getByRole("dialog", { name: "Dieses Bild teilen" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Sprache").selectOption("en");
  await page.getByRole("heading", { name: "1D convolution" }).waitFor();
  assert.doesNotMatch(page.url(), /lang=/);
});

test("the header says how long it took", async (t) => {
  const page = await openBlock(t);
  assert.match(await page.locator(".tools .chip").textContent(), /^WASM (< )?\d+(\.\d)? ms$/);
});

for (const [theme, block] of [["light", "conv1d"], ["dark", "conv2d"]]) {
  for (const { button } of DIALOGS) {
    test(`axe finds nothing in ${button}, ${block}, ${theme}`, async (t) => {
      const page = await openBlock(t, { theme, path: `#/${block}` });
      await open(page, button);
      assert.deepEqual(await axe(page), []);
    });
  }
}
