// What others import as layerscope.js: the module, whose code stands in streams and is put together before it starts.
// "layerscope" is what wasm-bindgen writes; everything in it stays as it is.

import start, { initSync as startSync } from "layerscope";
import { join } from "./streams.mjs";

export * from "layerscope";

/** Whatever wasm-bindgen takes for a module, as itself or in an object under a name. */
const taken = (given, name) => (Object.getPrototypeOf(given) === Object.prototype ? given[name] : given);

function assembled(given) {
  if (given instanceof WebAssembly.Module) return given;
  return join(ArrayBuffer.isView(given) ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : new Uint8Array(given));
}

async function load(source) {
  const given = await source;
  const isAddress = typeof given === "string" || given instanceof URL || given instanceof Request;
  const found = isAddress ? await fetch(given) : given;
  if (!(found instanceof Response)) return assembled(found);
  if (!found.ok) throw new Error(`${found.url} could not be loaded: ${found.status} ${found.statusText}`);
  return assembled(await found.arrayBuffer());
}

/** Loads the module from where it lies beside this file, or from the given address, response or bytes, and starts it, once. */
export default function init(given = {}) {
  const source = taken(given, "module_or_path") ?? new URL("layerscope_bg.wasm", import.meta.url);
  // Nothing is loaded before it is waited for: a module that runs already doesn't wait.
  return start({ module_or_path: { then: (...settle) => load(source).then(...settle) } });
}

/** Starts the module from its bytes, at once. */
export const initSync = (given) => startSync({ module: assembled(taken(given, "module")) });
