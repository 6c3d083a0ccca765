// Numbers the imports of the page's module. wasm-bindgen gives them long names that end in sixteen random digits, six kilobytes when
// compressed; the module and its JavaScript only have to agree.
// Usage: node .ci/shorten.mjs FOLDER, which holds layerscope.js and layerscope_bg.wasm.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const files = ["layerscope.js", "layerscope_bg.wasm"].map((name) => join(process.argv[2], name));
const [javascript, module] = files.map((file) => readFileSync(file, "latin1"));
const names = [...new Set(javascript.match(/__wb\w+_[0-9a-f]{16}\b/g))];
// As long as before: in the module, lengths are written before the names.
const numbered = new Map(names.map((name, place) => [name, String(place).padStart(name.length, "_")]));
const rename = (text) => text.replace(/__wb\w+_[0-9a-f]{16}/g, (name) => numbered.get(name) ?? name);
[javascript, module].map(rename).forEach((text, place) => writeFileSync(files[place], text, "latin1"));
