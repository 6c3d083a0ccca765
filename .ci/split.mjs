// Puts the code of the page's module in streams (www/module/streams.mjs); its JavaScript puts it together again.
// Usage: node .ci/split.mjs FOLDER, which holds layerscope_bg.wasm.

import { readFileSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import { join, split } from "../www/module/streams.mjs";
import { renumber } from "./locals.mjs";
import { shorten } from "./phrases.mjs";

const file = path(process.argv[2], "layerscope_bg.wasm");
const module = Buffer.from(renumber(readFileSync(file)));
const inStreams = split(module, shorten);
if (!module.equals(join(inStreams))) throw new Error("the module in streams doesn't give the same module again");
writeFileSync(file, inStreams);
