// Orders the functions of the page's module so that alike ones stand beside each other: a compressor then refers to what it has
// just seen, and the module is a fiftieth smaller when compressed. What the module does stays the same.
// Usage: node .ci/order.mjs FOLDER, which holds layerscope_bg.wasm; wasm-opt is on PATH.
//
// How alike two functions are is told by the sequences of bytes that they have in common, as a part of all that they have
// (A. Broder, "On the Resemblance and Containment of Documents", 1997); rare ones weigh more, what nearly all have says nothing.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bytes, CODE, CUSTOM, IMPORTS, sections } from "../www/module/streams.mjs";

const SEQUENCE = 3;
const COMMON = 1500;

const file = join(process.argv[2], "layerscope_bg.wasm");
const named = join(process.argv[2], "named.wasm");
const module = readFileSync(file);

/** How many functions the module imports: they come before its own. */
function countImports(content) {
  const imports = new Bytes(content);
  let functions = 0;
  for (let left = imports.number(); left > 0; left--) {
    imports.take(imports.number());
    imports.take(imports.number());
    const kind = imports.take(1)[0];
    if (kind !== 0) throw new Error(`the module imports something else than functions (kind ${kind})`);
    imports.number();
    functions += 1;
  }
  return functions;
}

function bodies(content) {
  const code = new Bytes(content);
  return Array.from({ length: code.number() }, () => code.take(code.number()));
}

/** The sequences of bytes in a function, each once, as hashes. */
function sequences(body) {
  const hashes = new Set();
  for (let start = 0; start + SEQUENCE <= body.length; start++) {
    let hash = 0;
    for (let at = start; at < start + SEQUENCE; at++) hash = Math.imul(hash ^ body[at], 0x01000193);
    hashes.add(hash);
  }
  return hashes;
}

/** The functions that have each sequence; without those sequences that one function has alone, or nearly all have. */
function sharers(sequencesOf) {
  const having = new Map();
  sequencesOf.forEach((hashes, which) => {
    for (const hash of hashes) having.get(hash)?.push(which) ?? having.set(hash, [which]);
  });
  for (const [hash, { length }] of having) if (length < 2 || length >= COMMON) having.delete(hash);
  return having;
}

/** Every function once, each followed by the one that is most like it among those left; where none is, by the one nearest in length. */
function chain(functions) {
  const sequencesOf = functions.map(sequences);
  const having = sharers(sequencesOf);
  const weight = (hash) => (having.has(hash) ? Math.log(functions.length / having.get(hash).length) : 0);
  const weights = sequencesOf.map((hashes) => [...hashes].reduce((sum, hash) => sum + weight(hash), 0));
  const left = new Set(functions.keys());
  const order = [];
  for (let here = functions.reduce((longest, body, at) => (body.length > functions[longest].length ? at : longest), 0); ; ) {
    order.push(here);
    left.delete(here);
    if (left.size === 0) return order;
    const shared = new Map();
    for (const hash of sequencesOf[here])
      for (const other of having.get(hash) ?? [])
        if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + weight(hash));
    const alike = ([other, common]) => common / (weights[here] + weights[other] - common);
    const farther = (other) => Math.abs(functions[other].length - functions[here].length);
    here =
      shared.size > 0
        ? [...shared].reduce((best, next) => (alike(next) > alike(best) ? next : best))[0]
        : [...left].reduce((best, next) => (farther(next) < farther(best) ? next : best));
  }
}

function whole(number) {
  const bytes = new Bytes(new Uint8Array(5));
  bytes.write(number);
  return bytes.bytes.subarray(0, bytes.at);
}

/** The section that names functions, so that wasm-opt can sort them. */
function nameSection(imports, order) {
  const rank = new Map(order.map((at, rank) => [at, String(rank).padStart(6, "0")]));
  const names = order.map((_, at) => [...whole(imports + at), 6, ...Buffer.from(rank.get(at))]).flat();
  const map = [...whole(order.length), ...names];
  const content = [4, ...Buffer.from("name"), 1, ...whole(map.length), ...map];
  return Buffer.from([CUSTOM, ...whole(content.length), ...content]);
}

const found = [];
sections(module, (kind, content) => [kind, (found[kind] = content)]);
const order = chain(bodies(found[CODE]));
writeFileSync(named, Buffer.concat([module, nameSection(countImports(found[IMPORTS]), order)]));
// Written as after optimising, without what tells of tools; nothing is optimised anew.
const write = ["--optimize-level=2", "--shrink-level=2", "--optimize-stack-ir", "--strip-producers", "--strip-target-features"];
execFileSync("wasm-opt", [named, "--reorder-functions-by-name", ...write, "-o", file], { stdio: "inherit" });
rmSync(named);
