// The built module in Node, where there is no document: what scripts call.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { join as assemble } from "../../www/module/streams.mjs";
import { DIST, test } from "./harness.mjs";

assert.equal(globalThis.document, undefined);
const script = pathToFileURL(join(DIST, "layerscope.js"));
const bytes = await readFile(join(DIST, "layerscope_bg.wasm"));
const { default: init, blocks, compute, ...names } = await import(script);
await init({ module_or_path: bytes });

const conv = { layer: "conv", input: { shape: [1, 1, 3], data: [0, 1, 1] }, weight: { shape: [1, 1, 3], data: [-1, 1, 0] } };

test("loading starts nothing", () => {
  assert.equal(typeof names.start, "function");
});

test("starts from bytes, a response or what was compiled before, once, and says what could not be loaded", async () => {
  assert.ok(!WebAssembly.validate(bytes), "the code stands in streams");
  const compiled = await WebAssembly.compile(assemble(bytes));
  const response = () => new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const sources = [buffer, Promise.resolve(bytes), response(), Promise.resolve(response()), compiled, assemble(bytes)];
  for (const [place, source] of sources.entries()) {
    const anew = await import(`${script}?${place}`);
    const started = await anew.default({ module_or_path: source });
    assert.equal(await anew.default({ module_or_path: { then: () => assert.fail("loaded again") } }), started);
    assert.deepEqual(anew.compute(conv), { output: { shape: [1, 1, 1], data: [1] } });
  }
  const atOnce = await import(`${script}?at-once`);
  atOnce.initSync({ module: bytes });
  assert.deepEqual(atOnce.compute(conv), { output: { shape: [1, 1, 1], data: [1] } });
  const failing = await import(`${script}?failing`);
  await assert.rejects(failing.default({ module_or_path: new Response("", { status: 404 }) }), /could not be loaded: 404/);
  await assert.rejects(failing.default({ module_or_path: new Uint8Array(20) }), WebAssembly.CompileError);
});

test("computes the lecture's example, from lists and from typed arrays", () => {
  assert.deepEqual(compute(conv), { output: { shape: [1, 1, 1], data: [1] } });
  const typed = { ...conv, input: { shape: [1, 1, 3], data: new Float32Array([0, 1, 1]) }, output_gradient: { shape: [1, 1, 1], data: [2] } };
  const { gradients } = compute(typed);
  assert.deepEqual(gradients.weight, { shape: [1, 1, 3], data: [0, 2, 2] });
  assert.deepEqual(gradients.input, { shape: [1, 1, 3], data: [-2, 2, 0] });
});

test("says of every wrong request what is wrong with it", () => {
  const circle = { ...conv };
  circle.circle = circle;
  for (const [request, code, message] of [
    [{ ...conv, stride: NaN }, "syntax", /stride is "NaN"; it takes/],
    [{ ...conv, groups: Infinity }, "syntax", /groups is "Infinity"; it takes/],
    [{ ...conv, input: { shape: [1, 1, 2], data: [1, NaN] } }, "syntax", /input\.data\[1\] is "NaN"; it takes a number/],
    [{ ...conv, stride: 0 }, "value", /stride is 0; it takes a whole number from 1/],
    [{ ...conv, padding_value: "seven" }, "syntax", /padding_value is "seven"; it takes a number/],
    [{ ...conv, input: { shape: [1, 1, 4], data: [1, 2] } }, "shape", /input\.data has 2 numbers; shape \[1, 1, 4\] takes 4/],
    [{ layer: "conv", input: { shape: [4096, 4096], data: [] } }, "too_large", /input would have shape \[4096, 4096\]; a tensor takes at most 8388608 numbers/],
    [{ layer: "attention" }, "unsupported", /layer is "attention"; it takes/],
    [{ ...conv, big: 1n }, "syntax", /the request cannot be written as JSON: .*BigInt/],
    [circle, "syntax", /the request cannot be written as JSON: .*circular/],
    [undefined, "syntax", /the request is not a plain object/],
    [7, "syntax", /the request is 7; it takes an object/],
  ]) {
    assert.throws(() => compute(request), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  }
});

test("lists the blocks with their settings and presets", () => {
  const all = blocks();
  const names = ["dense", "bias", "conv1d", "conv2d", "conv3d", "pooling", "receptive-field", "cnn", "rnn", "bptt", "lstm", "gru", "graph", "message-passing", "gcn"];
  assert.deepEqual(all.map(({ name }) => name), names);
  for (const block of all) {
    const keys = block.settings.map(({ key }) => key);
    for (const preset of block.presets) {
      for (const key of Object.keys(preset.settings)) assert.ok(keys.includes(key), `${block.name} ${preset.name} sets ${key}`);
    }
  }
  const kernel = all[names.indexOf("conv2d")].settings.find(({ key }) => key === "kernel");
  assert.deepEqual([kernel.kind, kernel.default, kernel.min, kernel.max], ["whole", 3, 1, 31]);
});
