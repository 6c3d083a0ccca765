// What computes: WebAssembly, or the graphics card; and what becomes of the picture when the card fails.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, test } from "./harness.mjs";

const host = (block, settings, backend) =>
  `<!doctype html><title>host</title><script type="module" src="/layer-scope.js"></script>
  <layer-scope block="${block}" settings="${settings}" backend="${backend}" loading="eager" style="display: block; width: 60rem"></layer-scope>`;

/** Blocks, what they are set to, and the cells of the output that are compared. */
const BLOCKS = {
  conv1d: ["", ["output.0", "output.5"]],
  conv2d: ["channels=3&filters=4&activation=relu", ["output.0.0.0", "output.1.3.4", "output.3.7.7"]],
  conv3d: ["", ["output.0.0.0", "output.2.1.3"]],
  pooling: ["", ["output.0.0.0", "output.0.1.1"]],
  dense: ["activation=tanh", ["output.0", "output.1"]],
  "message-passing": ["layer=sage", ["hidden-1.0.0", "hidden-1.3.1"]],
  gcn: ["", ["hidden-1.0.0", "hidden-1.2.0"]],
};
const pages = {};
for (const [block, [settings]] of Object.entries(BLOCKS)) {
  for (const backend of ["cpu", "webgpu"]) pages[`/${block}-${backend}.html`] = host(block, settings, backend);
}
pages["/large.html"] = host("conv3d", "size=48", "webgpu");

const site = await openSite({ pages });
after(() => site.close());

/** Opens a host; `spoil` is run in it before anything else. */
async function open(t, path, spoil) {
  const page = await site.openPage(t, { path: "demo.html" });
  page.problems.length = 0;
  if (spoil) await page.addInitScript(spoil);
  await page.goto(new URL(path, site.origin).href);
  await page.evaluate(() => document.querySelector("layer-scope").ready);
  return page;
}

const computedBy = (page, backend) =>
  page.waitForFunction((backend) => document.querySelector("layer-scope").activeBackend === backend, backend, { timeout: 20_000 });
const values = (page, cells) =>
  page.evaluate((cells) => cells.map((cell) => document.querySelector("layer-scope").explain(cell).value), cells);
const notice = (page, text) => page.locator("layer-scope .notice", { hasText: text }).waitFor();

for (const [block, [, cells]] of Object.entries(BLOCKS)) {
  test(`${block}: the card gives the numbers that WebAssembly gives`, async (t) => {
    const [cpu, card] = [await open(t, `${block}-cpu.html`), await open(t, `${block}-webgpu.html`)];
    await computedBy(card, "webgpu");
    assert.equal(await cpu.evaluate(() => document.querySelector("layer-scope").activeBackend), "cpu");
    const [expected, got] = [await values(cpu, cells), await values(card, cells)];
    expected.forEach((number, place) => assert.ok(Math.abs(got[place] - number) <= 1e-4 * Math.max(1, Math.abs(number)), `${cells[place]}: ${got[place]}, not ${number}`));
  });
}

test("a click on the chip compares both on the same input", async (t) => {
  const page = await site.openPage(t, { path: "index.html#/conv2d" });
  await page.getByRole("button", { name: /^WASM/ }).click();
  const told = page.locator(".notice li");
  await told.waitFor({ timeout: 20_000 });
  assert.match(await told.textContent(), /^On the same input WebAssembly takes .* ms, WebGPU .* ms .*: (WebAssembly|WebGPU) is .* times as fast; .*output.*\.$/);
});

test("what goes step after step is told to be WebAssembly's", async (t) => {
  const page = await site.openPage(t, { path: "index.html#/lstm" });
  await page.getByRole("button", { name: /^WASM/ }).click();
  await page.locator(".notice", { hasText: "by WebAssembly alone" }).waitFor();
});

const FAULTS = [
  ["no navigator.gpu", "lends no graphics card", () => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined })],
  ["no adapter", "lends no graphics card", () => (GPU.prototype.requestAdapter = async () => null)],
  [
    "a refused device",
    "could not be opened",
    () => (GPUAdapter.prototype.requestDevice = async () => { throw new DOMException("refused", "OperationError"); }),
  ],
  [
    "a shader that does not compile",
    "did not take a shader",
    () => {
      const create = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function ({ code, ...rest }) { return create.call(this, { code: `${code} nonsense`, ...rest }); };
    },
  ],
  [
    "a card without memory",
    "has no room for so many numbers",
    () => {
      const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
      const scopes = [];
      GPUDevice.prototype.pushErrorScope = function (filter) {
        scopes.push(filter);
        return pushErrorScope.call(this, filter);
      };
      // What no browser can be made to do at will: a buffer that isn't valid, and why.
      GPUDevice.prototype.createBuffer = function (wanted) { return createBuffer.call(this, { ...wanted, usage: 0 }); };
      GPUDevice.prototype.popErrorScope = function () {
        const [filter, popped] = [scopes.pop(), popErrorScope.call(this)];
        return filter === "out-of-memory" ? popped.then(() => new GPUOutOfMemoryError("no memory")) : popped;
      };
    },
  ],
];

for (const [fault, sentence, spoil] of FAULTS) {
  test(`${fault}: WebAssembly computes, and one sentence says so`, async (t) => {
    const [cpu, page] = [await open(t, "conv2d-cpu.html"), await open(t, "conv2d-webgpu.html", spoil)];
    await notice(page, `${sentence}; WebAssembly computes instead.`);
    assert.equal(await page.locator("layer-scope .notice li").count(), 1);
    await computedBy(page, "cpu");
    const [, cells] = BLOCKS.conv2d;
    assert.deepEqual(await values(page, cells), await values(cpu, cells));
    page.problems.length = 0;
  });
}

test("limits smaller than the task: WebAssembly computes, and one sentence says so", async (t) => {
  const page = await open(t, "large.html", () => {
    const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "limits");
    const small = (limits) => new Proxy(limits, { get: (of, name) => (name === "maxStorageBufferBindingSize" ? 300_000 : Reflect.get(of, name, of)) });
    Object.defineProperty(GPUAdapter.prototype, "limits", { get() { return small(get.call(this)); } });
  });
  await notice(page, "has no room for so many numbers; WebAssembly computes instead.");
  await computedBy(page, "cpu");
  assert.ok((await values(page, ["output.20.20.20"]))[0] !== undefined);
});

test("a device that goes away while it computes loses nothing", async (t) => {
  const [cpu, page] = [await open(t, "conv2d-cpu.html"), await open(t, "conv2d-webgpu.html", () => {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...wanted) { return (window.device = await request.apply(this, wanted)); };
  })];
  await computedBy(page, "webgpu");
  const change = (page) =>
    page.evaluate(() => {
      const element = document.querySelector("layer-scope");
      element.state = { ...element.state, settings: { ...element.state.settings, stride: 2 } };
    });
  await change(cpu);
  // In the middle of a run: between what is handed over and what is read.
  await page.evaluate(() => {
    const submit = GPUQueue.prototype.submit;
    GPUQueue.prototype.submit = function (...work) { submit.apply(this, work); window.device.destroy(); };
  });
  await change(page);
  await notice(page, "The graphics card went away; WebAssembly computes instead.");
  await computedBy(page, "cpu");
  const stride = (page) => page.evaluate(() => document.querySelector("layer-scope").state.settings.stride);
  assert.equal(await stride(page), 2);
  const cells = ["output.0.0.0", "output.2.1.3"];
  assert.deepEqual(await values(page, cells), await values(cpu, cells));
  page.problems.length = 0;
});

test("a tab that is put aside while the card computes shows the right picture when it is back", async (t) => {
  const [cpu, page] = [await open(t, "conv2d-cpu.html"), await open(t, "conv2d-webgpu.html")];
  await computedBy(page, "webgpu");
  const session = await page.context().newCDPSession(page);
  const change = (page) =>
    page.evaluate(() => {
      const element = document.querySelector("layer-scope");
      element.state = { ...element.state, settings: { ...element.state.settings, dilation: 2 } };
    });
  await change(cpu);
  await change(page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await page.waitForFunction(() => document.querySelector("layer-scope").explain("output.0.9.9") === null && document.querySelector("layer-scope").activeBackend === "webgpu");
  const cells = ["output.0.0.0", "output.3.7.7"];
  const [expected, got] = [await values(cpu, cells), await values(page, cells)];
  expected.forEach((number, place) => assert.ok(Math.abs(got[place] - number) <= 1e-4 * Math.max(1, Math.abs(number))));
});

test("a second widget computes on the first one's card", async (t) => {
  const page = await open(t, "conv2d-webgpu.html", () => {
    window.devices = 0;
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = function (...wanted) { window.devices += 1; return request.apply(this, wanted); };
  });
  await computedBy(page, "webgpu");
  await page.evaluate(() => {
    const second = document.createElement("layer-scope");
    Object.entries({ block: "pooling", backend: "webgpu", loading: "eager", id: "second" }).forEach(([name, value]) => second.setAttribute(name, value));
    document.body.append(second);
  });
  await page.waitForFunction(() => document.getElementById("second").activeBackend === "webgpu");
  assert.equal(await page.evaluate(() => window.devices), 1);
});
