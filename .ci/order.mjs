// Orders the functions of the page's module so that alike ones stand beside each other: a compressor then refers to what it has
// just seen, and the module is a fiftieth smaller when compressed. What the module does stays the same.
// Usage: node .ci/order.mjs FOLDER, which holds layerscope_bg.wasm; wasm-opt is on PATH.
//
// How alike two functions are is estimated from the sequences of bytes that they have in common (A. Broder, "On the Resemblance and
// Containment of Documents", 1997): each function is asked, for many hash functions, for the smallest hash of its sequences.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SEQUENCE = 5;
const HASHES = 192;
const SECTIONS = { custom: 0, imports: 2, code: 10 };

const file = join(process.argv[2], "layerscope_bg.wasm");
const named = join(process.argv[2], "named.wasm");
const module = readFileSync(file);

/** Reads whole numbers and vectors as WebAssembly writes them, from `at` on. */
class Reader {
  constructor(at) {
    this.at = at;
  }
  number() {
    let [number, shift, byte] = [0, 0, 0];
    do {
      byte = module[this.at++];
      number += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte > 127);
    return number;
  }
  bytes() {
    const length = this.number();
    return module.subarray(this.at, (this.at += length));
  }
}

function sections() {
  const found = new Map();
  for (const reader = new Reader(8); reader.at < module.length; ) {
    const kind = module[reader.at++];
    const length = reader.number();
    if (kind !== SECTIONS.custom) found.set(kind, reader.at);
    reader.at += length;
  }
  return found;
}

/** How many functions the module imports: they come before its own. */
function countImports(start) {
  const reader = new Reader(start);
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.bytes();
    reader.bytes();
    const kind = module[reader.at++];
    if (kind !== 0) throw new Error(`the module imports something else than functions (kind ${kind})`);
    reader.number();
    functions += 1;
  }
  return functions;
}

function bodies(start) {
  const reader = new Reader(start);
  return Array.from({ length: reader.number() }, () => reader.bytes());
}

/** The smallest hash of a function's sequences, for each hash function. */
function sketch(body) {
  const smallest = new Uint32Array(HASHES).fill(0xffffffff);
  for (let start = 0; start + SEQUENCE <= body.length; start++) {
    let hash = 0;
    for (let at = start; at < start + SEQUENCE; at++) hash = Math.imul(hash ^ body[at], 0x01000193);
    for (let which = 0; which < HASHES; which++) {
      let mixed = Math.imul(hash ^ (which * 0x9e3779b9), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
      if (mixed < smallest[which]) smallest[which] = mixed;
    }
  }
  return smallest;
}

/** Every function once, each followed by the one that is most like it among those left; where several are, by the one nearest in length. */
function chain(functions) {
  const sketches = functions.map(sketch);
  const left = new Set(functions.keys());
  const order = [];
  for (let here = functions.reduce((longest, body, at) => (body.length > functions[longest].length ? at : longest), 0); ; ) {
    order.push(here);
    left.delete(here);
    let [next, best] = [-1, [-1, 0]];
    for (const other of left) {
      let alike = 0;
      for (let which = 0; which < HASHES; which++) if (sketches[here][which] === sketches[other][which]) alike += 1;
      const farther = Math.abs(functions[other].length - functions[here].length);
      if (alike > best[0] || (alike === best[0] && farther < best[1])) [next, best] = [other, [alike, farther]];
    }
    if (next < 0) return order;
    here = next;
  }
}

function whole(number) {
  const bytes = [];
  do bytes.push((number & 127) | (number > 127 ? 128 : 0));
  while ((number >>>= 7) > 0);
  return bytes;
}

/** The section that names functions, so that wasm-opt can sort them. */
function nameSection(imports, order) {
  const rank = new Map(order.map((at, rank) => [at, String(rank).padStart(6, "0")]));
  const names = order.map((_, at) => [...whole(imports + at), 6, ...Buffer.from(rank.get(at))]).flat();
  const map = [...whole(order.length), ...names];
  const content = [4, ...Buffer.from("name"), 1, ...whole(map.length), ...map];
  return Buffer.from([SECTIONS.custom, ...whole(content.length), ...content]);
}

const found = sections();
const order = chain(bodies(found.get(SECTIONS.code)));
writeFileSync(named, Buffer.concat([module, nameSection(countImports(found.get(SECTIONS.imports)), order)]));
// Written as after optimising; nothing is optimised anew.
const options = ["--optimize-level=2", "--shrink-level=2", "--optimize-stack-ir", "--reorder-functions-by-name"];
execFileSync("wasm-opt", [named, ...options, "-o", file], { stdio: "inherit" });
rmSync(named);
