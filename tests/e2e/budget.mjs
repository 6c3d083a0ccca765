// The weight of the page: everything in dist/, compressed as a good server would send it (brotli, quality 11). All wasm and
// JavaScript and the data that blocks read must together stay within the budget; pages, styles and pictures are listed beside it.

import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { DIST } from "./harness.mjs";

const BUDGET_BYTES = 420_000;
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

const weight = totals.get("code") + totals.get("data");
const share = Math.round((100 * weight) / BUDGET_BYTES);
console.log(`code and data: ${bytes(weight)} of ${bytes(BUDGET_BYTES)} bytes, ${share} % of the budget`);
if (weight > BUDGET_BYTES) {
  console.error(`The page's code and data are ${bytes(weight - BUDGET_BYTES)} bytes over their budget.`);
  process.exit(1);
}
