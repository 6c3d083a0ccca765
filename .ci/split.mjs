// Puts the code of the page's module in streams (www/module/streams.mjs); its JavaScript puts it together again.
// Usage: node .ci/split.mjs FOLDER, which holds layerscope_bg.wasm.

import { readFileSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import {
  Bytes,
  CALLS,
  CODE,
  CUSTOM,
  FUNCTION,
  NAME,
  PHRASE,
  Place,
  SHORT,
  callOf,
  copy,
  countParameters,
  distance,
  groups,
  join,
  keyOf,
  sections,
  walkFunction,
  walkParts,
} from "../www/module/streams.mjs";
import { renumber } from "./locals.mjs";
import { shorten } from "./phrases.mjs";

/** Which functions are called most. */
function mostCalled(content) {
  const code = new Bytes(content);
  const nowhere = new Bytes(new Uint8Array(content.length));
  const times = new Map();
  for (let left = code.number(); left > 0; left--) {
    code.number();
    groups(code);
    walkParts(code, nowhere, (part) => {
      const number = copy(part, code, nowhere);
      if (part === FUNCTION) times.set(number, (times.get(number) ?? 0) + 1);
    });
  }
  const order = [...times].sort(([, one], [, other]) => other - one).map(([called]) => called);
  return order.slice(0, CALLS);
}

/** The opcodes of some code, with short ones for what has one. */
function findOpcodes(content, calls, parameters) {
  const code = new Bytes(content);
  const place = new Place(new Uint8Array(content.length), calls);
  const nowhere = new Bytes(new Uint8Array(content.length));
  const walker = {
    opcode() {
      const short = place.shorts.findIndex((bytes) => bytes.every((byte, ahead) => code.bytes[code.at + ahead] === byte));
      return (place.opcodes[place.at] = short < 0 ? code.bytes[code.at] : SHORT + short);
    },
    plain: () => (code.at += 1),
    known: ({ length }) => (code.at += length),
    part: (part) => copy(part, code, nowhere),
    local: () => code.number(),
    offset: () => code.number(),
  };
  code.number();
  for (const count of parameters) {
    code.number();
    walkFunction(place, code, walker, count);
  }
  return place.opcodes.subarray(0, place.at);
}

/** Copies all functions of some code into streams. */
function sort(content, parameters) {
  const called = mostCalled(content);
  const calls = called.map(callOf);
  const opcodes = findOpcodes(content, calls, parameters);
  const { phrases, row } = shorten(opcodes);
  const code = new Bytes(content);
  const place = new Place(opcodes, calls);
  const streams = new Map();
  const stream = (key) => streams.get(key) ?? streams.set(key, new Bytes(new Uint8Array(content.length))).get(key);
  stream(PHRASE).put(row);
  const walker = {
    opcode: () => place.opcode(0),
    plain: () => (code.at += 1),
    known: ({ length }) => (code.at += length),
    part: (part) => copy(part, code, stream(keyOf(part, place))),
    local(part) {
      const number = place.locals.number(code.number());
      stream(keyOf(part, place)).write(number);
      place.locals.meet(number);
    },
    offset(part, before) {
      const offset = code.number();
      stream(keyOf(part, place)).write(distance(before, offset));
      return offset;
    },
  };
  code.number();
  for (const count of parameters) {
    code.number();
    walkFunction(place, code, walker, count);
  }
  const sorted = [...streams].sort(([one], [other]) => one - other).map(([key, { bytes, at }]) => [key, bytes.subarray(0, at)]);
  const section = new Bytes(new Uint8Array(2 * content.length));
  section.put(NAME);
  for (const number of [content.length, opcodes.length, ...called, phrases.length]) section.write(number);
  for (const { length } of phrases) section.write(length);
  for (const phrase of phrases) section.put(phrase);
  section.write(sorted.length);
  sorted.forEach(([key], at) => section.write(key - (at > 0 ? sorted[at - 1][0] : 0)));
  for (const [, { length }] of sorted) section.write(length);
  for (const [, bytes] of sorted) section.put(bytes);
  return section.bytes.subarray(0, section.at);
}

/** A module with its code in streams. */
const split = (module) =>
  sections(module, (kind, content, before) => (kind === CODE ? [CUSTOM, sort(content, countParameters(before))] : [kind, content]));

const file = path(process.argv[2], "layerscope_bg.wasm");
const module = Buffer.from(renumber(readFileSync(file)));
const inStreams = split(module);
if (!module.equals(join(inStreams))) throw new Error("the module in streams doesn't give the same module again");
writeFileSync(file, inStreams);
