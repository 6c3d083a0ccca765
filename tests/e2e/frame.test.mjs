// embed.html in a frame, driven by messages; and the demo page.

import assert from "node:assert/strict";
import { after } from "node:test";
import { axe, openSite, test } from "./harness.mjs";

// The host lies on the other origin; its frames on the first, whose address the test fills in.
const host = (sandbox) => `<!doctype html><meta charset="utf-8"><title>slides</title><body><script>
window.heard = [];
addEventListener("message", (event) => window.heard.push(event.data));
window.say = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
window.ask = (type, data) => new Promise((resolve) => {
  const request = crypto.randomUUID?.() ?? String(Math.random());
  addEventListener("message", function hear(event) {
    if (event.data.request !== request) return;
    removeEventListener("message", hear);
    resolve(event.data);
  });
  window.say({ layerscope: 1, type, request, data });
});
const frame = document.createElement("iframe");
frame.title = "block";
frame.style = "width:900px;height:700px;border:0";
${sandbox ? 'frame.sandbox = "allow-scripts";' : ""}
frame.src = new URLSearchParams(location.search).get("home") + "/embed.html?block=conv1d&preset=signal";
document.body.append(frame);
</script></body>`;

const site = await openSite({ pages: { "/slides.html": host(false), "/sandbox.html": host(true) } });
after(() => site.close());

async function openHost(t, name) {
  const page = await site.openPage(t, { path: `${site.otherOrigin}/${name}?home=${encodeURIComponent(site.origin)}` });
  await page.waitForFunction(() => window.heard.some(({ type }) => type === "size") && window.heard.some(({ type }) => type === "ready"));
  return page;
}

for (const name of ["slides.html", "sandbox.html"]) {
  test(`talks across origins in ${name}`, async (t) => {
    const page = await openHost(t, name);
    const frame = page.frames().find((frame) => frame.url().includes("embed.html"));
    assert.equal(await frame.getByText("Loading …").count(), 0);
    await page.evaluate(() => window.say({ layerscope: 1, type: "step", data: { to: 2 } }));
    assert.deepEqual([...new Set(await page.evaluate(() => window.heard.map(({ type }) => type)))].sort(), ["ready", "size"]);
    const ask = (type, data) => page.evaluate(([type, data]) => window.ask(type, data), [type, data]);
    assert.equal((await ask("hello")).type, "result");
    const set = await ask("set", { settings: { stride: 2 }, step: 1 });
    assert.deepEqual([set.data.settings.stride, set.data.step], [2, 1]);
    await page.waitForFunction(() => window.heard.some(({ type, data }) => type === "change" && data.settings.stride === 2));
    const refused = await ask("set", { settings: { stride: 0 } });
    assert.equal(refused.type, "error");
    assert.match(refused.data.message, /stride got 0/);
    assert.equal((await ask("get")).data.settings.stride, 2);
    assert.match((await ask("export", { format: "svg" })).data.content, /^<svg/);
    assert.match((await ask("export", { format: "png" })).data.content, /^data:image\/png;base64,/);
    assert.match((await ask("export", { format: "latex" })).data.content, /\\sum/);
    assert.match((await ask("export", { format: "pytorch" })).data.content, /import torch/);
    await page.evaluate(() => window.say({ layerscope: 1, type: "set", data: { settings: { fill: "x".repeat(70_000) } } }));
    await page.waitForFunction(() => window.heard.some(({ type, data }) => type === "error" && data.message.includes("65536")));
  });
}

test("tells how much room the whole block takes", async (t) => {
  const page = await openHost(t, "slides.html");
  const frame = page.frames().find((frame) => frame.url().includes("embed.html"));
  await frame.locator(".formula").waitFor();
  const room = await frame.evaluate(() => document.querySelector(".block").offsetHeight);
  await page.waitForFunction((room) => window.heard.some(({ type, data }) => type === "size" && data.height === room), room);
});

test("overlooks other windows, and understands reveal.js", async (t) => {
  const page = await openHost(t, "slides.html");
  await page.evaluate(() => window.ask("hello"));
  const frame = page.frames().find((frame) => frame.url().includes("embed.html"));
  await frame.evaluate(() => window.postMessage({ layerscope: 1, type: "set", data: { settings: { stride: 3 } } }, "*"));
  await page.evaluate(() => window.say("slide:start"));
  await frame.waitForFunction(() => document.querySelector(".play").textContent.includes("Pause"));
  await page.evaluate(() => window.say("slide:stop"));
  await frame.waitForFunction(() => document.querySelector(".play").textContent.includes("Play"));
  assert.equal((await page.evaluate(() => window.ask("get"))).data.settings.stride, 1);
});

test("the demo shows four blocks, and axe finds nothing", async (t) => {
  const page = await site.openPage(t, { path: "demo.html" });
  for (const element of await page.locator("layer-scope, iframe").all()) await element.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.querySelectorAll("layer-scope")].every((element) => element.shadowRoot.querySelector("canvas")?.width > 0));
  for (const frame of page.frames().slice(1)) await frame.waitForFunction(() => document.querySelector("canvas")?.width > 0);
  assert.equal(page.frames().length, 3);
  assert.deepEqual(await axe(page), []);
});

test("does one after the other what it is asked, also while files are fetched, and refuses what it cannot do", async (t) => {
  const page = await openHost(t, "slides.html");
  const ask = (type, data) => page.evaluate(([type, data]) => window.ask(type, data), [type, data]);
  await ask("hello");
  await page.route("**/digits-cnn.safetensors", (route) => route.abort());
  const refused = await ask("set", { block: "cnn", step: 3 });
  assert.equal(refused.type, "error");
  assert.match(refused.data.message, /digits-cnn\.safetensors could not be loaded/);
  assert.equal((await ask("get")).data.block, "conv1d");
  await page.unroute("**/digits-cnn.safetensors");
  const [set, step] = await page.evaluate(() => Promise.all([window.ask("set", { block: "cnn" }), window.ask("step", { to: 3 })]));
  assert.deepEqual([set.type, step.data.block, step.data.step], ["result", "cnn", 3]);
  page.problems.length = 0;
});
