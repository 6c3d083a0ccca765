import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DIST, test } from "./harness.mjs";

test("the built module loads in Node, where there is no document", async () => {
  assert.equal(globalThis.document, undefined);
  const { default: init, ...names } = await import(pathToFileURL(join(DIST, "layerscope.js")));
  await init({ module_or_path: await readFile(join(DIST, "layerscope_bg.wasm")) });
  assert.equal(typeof names.start, "function");
});
