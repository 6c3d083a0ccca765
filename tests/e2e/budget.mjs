// The weight of the page: everything in dist/, compressed as a good server would send it (brotli, quality 11). All wasm and
// JavaScript together must stay within one budget, the data that blocks fetch when somebody chooses them within another; pages,
// styles and pictures are listed beside them.

import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { DIST } from "./harness.mjs";

const BUDGETS = { code: 420_000, data: 160_000 };
const KINDS = [
  ["code", [".wasm", ".js", ".mjs"]],
  ["data", [".bin", ".safetensors"]],
  ["pages and styles", [".html", ".css"]],
];

const kindOf = (file) => KINDS.find(([, extensions]) => extensions.includes(extname(file)))?.[0] ?? "other files";
const row = (name, raw, compressed) => console.log(`${name.padEnd(36)} ${raw.padStart(12)} ${compressed.padStart(12)}`);
const bytes = (count) => count.toLocaleString("en");

const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((path) => {
    const content = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    return { name: relative(DIST, path), raw: content.length, compressed: brotliCompressSync(content, { params }).length };
  });

const totals = new Map();
row("bytes", "plain", "brotli");
for (const kind of [...KINDS.map(([name]) => name), "other files"]) {
  const members = files.filter((file) => kindOf(file.name) === kind).sort((a, b) => b.compressed - a.compressed);
  for (const { name, raw, compressed } of members) row(`  ${name}`, bytes(raw), bytes(compressed));
  const sum = (key) => members.reduce((total, file) => total + file[key], 0);
  totals.set(kind, sum("compressed"));
  row(kind, bytes(sum("raw")), bytes(sum("compressed")));
}

for (const [kind, budget] of Object.entries(BUDGETS)) {
  const weight = totals.get(kind);
  console.log(`${kind}: ${bytes(weight)} of ${bytes(budget)} bytes, ${Math.round((100 * weight) / budget)} % of the budget`);
  if (weight > budget) {
    console.error(`The page's ${kind} is ${bytes(weight - budget)} bytes over its budget.`);
    process.exitCode = 1;
  }
}
