// The element <layer-scope> on somebody else's page.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, test } from "./harness.mjs";

const page = (body) => `<!doctype html><meta charset="utf-8"><title>host</title><body>${body}
<script type="module" src="/layer-scope.js"></script></body>`;

const site = await openSite({
  pages: {
    "/one.html": page('<layer-scope id="a" block="conv1d" settings="preset=rising" loading="eager">fallback</layer-scope>'),
    "/pixels.html": page('<layer-scope id="a" block="cnn" loading="eager"></layer-scope>'),
    "/wrong.html": page('<layer-scope id="a" block="nothing" loading="eager">fallback</layer-scope>'),
    "/far.html": page('<div style="height:4000px"></div><layer-scope id="a" block="conv1d">fallback</layer-scope>'),
    "/scaled.html": page('<div style="transform:scale(.5);transform-origin:0 0;width:1000px"><layer-scope id="a" block="conv1d" loading="eager"></layer-scope></div><div style="height:3000px"></div>'),
    "/hidden.html": page('<div id="box" style="display:none"><layer-scope id="a" block="conv1d" loading="eager"></layer-scope></div>'),
    "/many.html": page('<div id="box"></div>'),
  },
});
after(() => site.close());

const ready = (page) => page.evaluate(() => customElements.whenDefined("layer-scope").then(() => document.querySelector("#a").ready).then(() => true));
const painted = (page, root = "document.querySelector('#a').shadowRoot") =>
  page.waitForFunction((root) => {
    const canvas = eval(root).querySelector("canvas");
    if (!canvas?.width) return false;
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0);
  }, root);

test("shows, explains and hands over a block", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  await painted(host);
  const found = await host.evaluate(async () => {
    const element = document.querySelector("#a");
    const png = await element.toPNG({ scale: 1 });
    return {
      value: element.explain("output.0").value,
      block: element.state.block,
      steps: element.steps,
      backend: element.activeBackend,
      svg: new DOMParser().parseFromString(element.toSVG(), "image/svg+xml").documentElement.tagName,
      png: [png.type, png.size > 1000],
    };
  });
  assert.deepEqual(found, { value: 1, block: "conv1d", steps: 1, backend: "cpu", svg: "svg", png: ["image/png", true] });
});

test("pixels are in the SVG as a picture that can be read", async (t) => {
  const host = await site.openPage(t, { path: "pixels.html" });
  await ready(host);
  const shades = await host.evaluate(async () => {
    const svg = new DOMParser().parseFromString(document.querySelector("#a").toSVG(), "image/svg+xml");
    const bitmap = await createImageBitmap(await (await fetch(svg.querySelector("image").getAttribute("href"))).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
  });
  assert.ok(shades > 10, `${shades} colours`);
});

test("follows its attributes and its properties, and tells what happens", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  const told = await host.evaluate(async () => {
    const element = document.querySelector("#a");
    const told = [];
    for (const kind of ["change", "step", "error"]) document.addEventListener(`layerscope-${kind}`, (event) => told.push([kind, event.detail]));
    const next = (kind) => new Promise((resolve) => document.addEventListener(`layerscope-${kind}`, resolve, { once: true }));
    let waiting = next("change");
    element.setAttribute("settings", "preset=signal&stride=2");
    await waiting;
    const stride = element.state.settings.stride;
    waiting = next("step");
    element.goTo(3);
    await waiting;
    waiting = next("error");
    element.state = { settings: { stride: 99 } };
    await waiting;
    const after = element.state.settings.stride;
    waiting = next("change");
    element.state = { settings: { stride: 1, input: [0, 1, 1] } };
    await waiting;
    return { stride, step: told.find(([kind]) => kind === "step")[1].steps, error: told.find(([kind]) => kind === "error")[1], after, input: element.state.settings.input };
  });
  assert.equal(told.stride, 2);
  assert.equal(told.step, 6);
  assert.match(told.error.message, /stride got 99/);
  assert.equal(told.after, 2);
  assert.deepEqual(told.input, [0, 1, 1]);
});

test("keeps what the reader did when it is dressed otherwise, or moved", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  const kept = await host.evaluate(async () => {
    const element = document.querySelector("#a");
    const next = (kind) => new Promise((resolve) => document.addEventListener(`layerscope-${kind}`, resolve, { once: true }));
    let waiting = next("change");
    element.state = { settings: { weight: [5, 6, 7] } };
    await waiting;
    waiting = next("change");
    element.setAttribute("theme", "dark");
    await waiting;
    const dressed = [element.state.settings.weight, element.state.view.theme];
    waiting = next("error");
    element.setAttribute("speed", "a lot");
    const { message } = (await waiting).detail;
    waiting = next("ready");
    const box = document.createElement("section");
    document.body.append(box);
    box.append(element);
    await waiting;
    const moved = [element.state.settings.weight, element.state.view.theme];
    waiting = next("change");
    element.setAttribute("settings", "preset=flat");
    await waiting;
    return { dressed, message, moved, anew: element.state.settings.weight };
  });
  assert.deepEqual(kept.dressed, [[5, 6, 7], "dark"]);
  assert.match(kept.message, /speed got “a lot”/);
  assert.deepEqual(kept.moved, [[5, 6, 7], "dark"]);
  assert.deepEqual(kept.anew, [-1, 1, 0]);
});

test("follows its attributes wherever it is, and recovers from a wrong one", async (t) => {
  const host = await site.openPage(t, { path: "many.html" });
  const seen = await host.evaluate(async () => {
    const box = document.querySelector("#box");
    const seen = {};
    const element = document.createElement("layer-scope");
    element.setAttribute("loading", "eager");
    // Set before the class is there, where the module has not come yet.
    element.state = { settings: { stride: 2 } };
    element.setAttribute("block", "conv1d");
    box.append(element);
    await customElements.whenDefined("layer-scope");
    await element.ready;
    seen.early = element.state.settings.stride;
    const next = (kind) => new Promise((resolve) => element.addEventListener(`layerscope-${kind}`, (event) => resolve(event.detail), { once: true }));
    let ready = next("ready");
    element.setAttribute("settings", "preset=flat");
    box.append(element);
    await ready;
    seen.moved = element.state.settings.input;
    element.state = { settings: { bias: 0.5 } };
    element.remove();
    element.setAttribute("theme", "dark");
    ready = next("ready");
    box.append(element);
    await ready;
    seen.away = [element.state.settings.bias, element.state.view.theme];
    element.setAttribute("controls", "minimal");
    await new Promise((resolve) => setTimeout(resolve));
    element.state = { block: "conv2d" };
    seen.other = [element.state.block, element.state.view.controls];
    const errors = [];
    element.addEventListener("layerscope-error", (event) => errors.push(event.detail.message));
    element.setAttribute("speed", "lots");
    await new Promise((resolve) => setTimeout(resolve));
    element.setAttribute("lang", "de");
    await new Promise((resolve) => setTimeout(resolve));
    seen.errors = errors;
    const wrong = document.createElement("layer-scope");
    wrong.setAttribute("block", "nothing");
    wrong.setAttribute("loading", "eager");
    box.append(wrong);
    const { code } = await new Promise((resolve) => wrong.addEventListener("layerscope-error", (event) => resolve(event.detail), { once: true }));
    ready = new Promise((resolve) => wrong.addEventListener("layerscope-ready", (event) => resolve(event.detail), { once: true }));
    wrong.setAttribute("block", "conv2d");
    seen.recovered = [code, (await ready).block, (await wrong.ready) === wrong];
    return seen;
  });
  assert.equal(seen.early, 2);
  assert.deepEqual(seen.moved, [1, 1, 1]);
  assert.deepEqual(seen.away, [0.5, "dark"]);
  assert.deepEqual(seen.other, ["conv2d", "minimal"]);
  assert.equal(seen.errors.length, 1);
  assert.match(seen.errors[0], /speed got “lots”/);
  assert.deepEqual(seen.recovered, ["value", "conv2d", true]);
});

test("does what was asked of it in order, shown or not", async (t) => {
  const host = await site.openPage(t, { path: "many.html" });
  const seen = await host.evaluate(async () => {
    const box = document.querySelector("#box");
    await customElements.whenDefined("layer-scope");
    const errors = [];
    addEventListener("layerscope-error", (event) => errors.push(event.detail.message));
    const show = async (act, before = () => {}) => {
      const element = document.createElement("layer-scope");
      element.setAttribute("block", "conv1d");
      element.setAttribute("loading", "eager");
      element.setAttribute("motion", "reduce");
      before(element);
      box.append(element);
      await element.ready;
      const settled = new Promise((resolve) => element.addEventListener("layerscope-ready", resolve, { once: true }));
      act(element);
      if (element.state === undefined || !element.isConnected) {
        box.append(element);
        await settled;
      }
      await new Promise((resolve) => setTimeout(resolve));
      const { block, settings, step } = element.state;
      element.remove();
      return [block, settings.stride, settings.bias, step];
    };
    return {
      away: await show((e) => ((e.state = { settings: { bias: 2 } }), e.goTo(4), e.remove(), (e.state = { settings: { stride: 2 } }))),
      block: await show((e) => (e.remove(), (e.state = { block: "conv2d" }))),
      attribute: await show((e) => (e.remove(), e.setAttribute("settings", "stride=2"), (e.step = 1))),
      first: await show(() => {}, (e) => ((e.state = { settings: { stride: 2 } }), e.setAttribute("settings", "stride=3"))),
      mounted: await show((e) => (e.setAttribute("step", "5"), (e.step = 2))),
      both: await show((e) => (e.setAttribute("settings", "stride=2"), (e.state = { step: 3 }))),
      errors,
    };
  });
  assert.deepEqual(seen.away, ["conv1d", 2, 2, 4]);
  assert.equal(seen.block[0], "conv2d");
  assert.deepEqual(seen.attribute, ["conv1d", 2, 0, 1]);
  assert.deepEqual(seen.first, ["conv1d", 3, 0, 0]);
  assert.deepEqual(seen.mounted, ["conv1d", 1, 0, 2]);
  assert.deepEqual(seen.both, ["conv1d", 2, 0, 3]);
  assert.deepEqual(seen.errors, []);
});

test("says so when there is no such block, and keeps the fallback", async (t) => {
  const host = await site.openPage(t, { path: "wrong.html" });
  const error = await host.evaluate(() => customElements.whenDefined("layer-scope").then(() => document.querySelector("#a").ready).catch((error) => error.message));
  assert.match(error, /block got “nothing”; it takes one of dense, bias, conv1d, conv2d, /);
  assert.equal(await host.locator("#a").innerText(), "fallback");
});

test("is fetched when it comes near the viewport", async (t) => {
  const host = await site.openPage(t, { path: "far.html" });
  await host.evaluate(() => customElements.whenDefined("layer-scope"));
  const fetched = () => host.evaluate(() => performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".wasm")).length);
  assert.equal(await fetched(), 0);
  assert.equal(await host.evaluate(() => scrollY), 0);
  await host.evaluate(() => scrollTo(0, 9999));
  await ready(host);
  assert.equal(await fetched(), 1);
});

test("points right under the host's scale, and takes neither focus nor scroll", async (t) => {
  const host = await site.openPage(t, { path: "scaled.html" });
  await ready(host);
  await painted(host);
  assert.deepEqual(await host.evaluate(() => [document.activeElement.tagName, scrollY]), ["BODY", 0]);
  const place = await host.evaluate(() => document.querySelector("#a").locate("input.4"));
  await host.evaluate(() => {
    window.pointedAt = [];
    document.addEventListener("layerscope-focus", (event) => window.pointedAt.push(event.detail.cell));
  });
  await host.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await host.waitForFunction(() => window.pointedAt.includes("input.4"));
  await host.mouse.wheel(0, 300);
  await host.waitForFunction(() => scrollY > 0);
});

test("leads to the same picture on the full page", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  await host.evaluate(() => (document.querySelector("#a").state = { settings: { bias: 0.5 } }));
  await host.waitForFunction(() => document.querySelector("#a").state.settings.bias === 0.5);
  const way = host.locator("#a .way-home");
  await way.hover();
  await host.waitForFunction(() => document.querySelector("#a").shadowRoot.querySelector(".way-home").href.includes("bias=0.5"));
  assert.match(await way.getAttribute("href"), /index\.html#\/conv1d/);
  await host.evaluate(() => document.querySelector("#a").setAttribute("links", "0"));
  await way.waitFor({ state: "detached" });
});

test("leaves the host its keys", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  await host.evaluate(() => {
    window.reached = [];
    addEventListener("keydown", (event) => window.reached.push(event.key));
    document.querySelector("#a").shadowRoot.querySelector("canvas").focus();
  });
  for (const key of ["PageUp", "PageDown", "Escape", "f", "b", "s", "ArrowRight", "]"]) await host.keyboard.press(key);
  assert.deepEqual(await host.evaluate(() => window.reached), ["PageUp", "PageDown", "Escape", "f", "b", "s"]);
});

test("draws when it is shown", async (t) => {
  const host = await site.openPage(t, { path: "hidden.html" });
  await host.evaluate(() => customElements.whenDefined("layer-scope"));
  await host.evaluate(() => (document.querySelector("#box").style.display = "block"));
  await ready(host);
  await painted(host);
});

test("asks for no frames where nobody sees it", async (t) => {
  const host = await site.openPage(t, { path: "scaled.html" });
  await ready(host);
  await painted(host);
  await host.evaluate(() => {
    window.asked = 0;
    const ask = window.requestAnimationFrame;
    window.frames = (count) => new Promise((resolve) => ask(() => (count ? resolve(window.frames(count - 1)) : resolve())));
    window.requestAnimationFrame = (callback) => ((window.asked += 1), ask(callback));
    document.querySelector("#a").play();
  });
  await host.waitForFunction(() => window.asked > 3);
  await host.evaluate(() => scrollTo(0, 2500));
  await host.waitForFunction(async () => {
    const before = window.asked;
    await window.frames(10);
    return window.asked === before;
  });
  const playing = await host.evaluate(() => document.querySelector("#a").playing);
  assert.ok(playing, "it goes on when it is seen again");
  const before = await host.evaluate(() => (scrollTo(0, 0), window.asked));
  await host.waitForFunction((before) => window.asked > before, before);
});

test("takes its host's colours", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  await painted(host);
  await host.evaluate(() => {
    document.querySelector("#a").style.setProperty("--layerscope-weight", "#ff0000");
    document.querySelector("#a").setAttribute("theme", "dark");
  });
  await host.waitForFunction(() => {
    const canvas = document.querySelector("#a").shadowRoot.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) if (data[at] === 255 && data[at + 1] === 0 && data[at + 2] === 0 && data[at + 3] === 255) return true;
    return false;
  });
});

test("frees everything, two hundred times", async (t) => {
  const host = await site.openPage(t, { path: "many.html" });
  const session = await host.context().newCDPSession(host);
  await session.send("Performance.enable");
  const mount = (count) =>
    host.evaluate(async (count) => {
      await customElements.whenDefined("layer-scope");
      for (let i = 0; i < count; i++) {
        const element = document.createElement("layer-scope");
        element.setAttribute("block", i % 2 ? "conv1d" : "conv2d");
        element.setAttribute("loading", "eager");
        document.querySelector("#box").append(element);
        await element.ready;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        element.remove();
      }
    }, count);
  const measure = async () => {
    // What the last one held is let go in the frames after it.
    for (let i = 0; i < 3; i++) {
      await host.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
      await session.send("HeapProfiler.collectGarbage");
    }
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const memory = () => host.evaluate(async () => (await (await import("./layerscope.js")).default()).memory.buffer.byteLength);
  await mount(40);
  const [before, full] = [await measure(), await memory()];
  await mount(200);
  const [after, filled] = [await measure(), await memory()];
  console.log(`# 200 mounts: heap ${after.JSHeapUsedSize - before.JSHeapUsedSize} bytes, nodes ${after.Nodes - before.Nodes}, listeners ${after.JSEventListeners - before.JSEventListeners}`);
  assert.ok(after.JSHeapUsedSize - before.JSHeapUsedSize < 100_000, `heap: ${before.JSHeapUsedSize} to ${after.JSHeapUsedSize}`);
  assert.ok(after.Nodes - before.Nodes <= 20, `nodes: ${before.Nodes} to ${after.Nodes}`);
  assert.ok(after.JSEventListeners - before.JSEventListeners <= 20, `listeners: ${before.JSEventListeners} to ${after.JSEventListeners}`);
  if (filled === full) return;
  // How well the allocator fits what comes and goes depends on its order, so that a page may be added once. What is kept adds up.
  console.log(`# the module's memory went from ${full} to ${filled} bytes; two hundred more must not add to it`);
  await mount(200);
  assert.equal(await memory(), filled);
});

test("does what is asked in order while the files of a block are fetched", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  let hold;
  const held = new Promise((resolve) => (hold = resolve));
  await host.route("**/digits.bin", (route) => held.then(() => route.continue()));
  await host.evaluate(() => {
    const element = document.querySelector("#a");
    element.state = { block: "cnn", settings: { digit: 300 } };
    element.goTo(3);
    // Taken off the page and put back while it waits.
    const parent = element.parentElement;
    element.remove();
    parent.append(element);
  });
  assert.equal(await host.evaluate(() => document.querySelector("#a").state?.block ?? "conv1d"), "conv1d");
  hold();
  await host.waitForFunction(() => {
    const { state, step, steps } = document.querySelector("#a");
    return state?.block === "cnn" && state.settings.digit === 300 && step === 3 && steps > 3;
  });
  await host.evaluate(() => document.querySelector("#a").setAttribute("block", "pooling"));
  await host.waitForFunction(() => document.querySelector("#a").state.block === "pooling");
});

test("stays as it is where the files of a block are missing", async (t) => {
  const host = await site.openPage(t, { path: "one.html" });
  await ready(host);
  await host.route("**/digits.bin", (route) => route.abort());
  const [message, block] = await host.evaluate(async () => {
    const element = document.querySelector("#a");
    const error = new Promise((resolve) => element.addEventListener("layerscope-error", (event) => resolve(event.detail.message)));
    element.state = { block: "cnn" };
    return [await error, element.state.block];
  });
  assert.match(message, /digits\.bin could not be loaded/);
  assert.equal(block, "conv1d");
  host.problems.length = 0;
});
