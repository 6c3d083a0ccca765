// WebAssembly code in streams: the same instructions, sorted by what their parts are. A compressor finds more in all opcodes, then
// all calls, then all constants than where they are mixed: the page's module becomes a sixth smaller than compressed as it is.
// Compare J. Ernst et al., "Code Compression", PLDI 1997.
//
// The opcodes come first, so the numbers can be sorted by the instructions around them: in one stream are all locals that are added
// up, in another all that are stored. A byte stands for a phrase of opcodes (P. Gage, "A New Algorithm for Data Compression", C Users
// Journal 1994), and some instructions with a frequent number have an opcode of their own there, calls of the functions that are called
// most among them (see SHORT). A local is told by how many others were met since it was met last (see Locals).
//
// A function that keeps variables in memory has a frame on the stack there. It begins with
//     global.get 0   i32.const SIZE   i32.sub   local.tee FRAME   global.set 0
// and ends with
//     local.get FRAME   i32.const SIZE   i32.add   global.set 0
// In between, no local is read as often as FRAME, and where in the frame something is loaded or stored is near where that was done
// before: the offset is written as its distance from the one before.
//
// A module in streams has the same sections as before; only in place of its code stands a custom section "streams". It holds
//   - how many bytes the code has, and how many opcodes,
//   - which functions are called most,
//   - how many phrases, the length of each, and the phrases one after the other,
//   - how many streams, how much greater the key of each is than the one before, the length of each, and the streams.
// All numbers are LEB128, as everywhere in a module. What writes it stands in .ci/split.mjs.

export const [CUSTOM, TYPES, IMPORTS, FUNCTIONS, CODE] = [0, 1, 2, 3, 10];
export const NAME = [7, ...new TextEncoder().encode("streams")];

// What streams hold: phrases, and the parts of instructions. Most are numbers, which end with the first byte below 128; some have a width.
export const [PHRASE, PREFIXED, LOCALS, BLOCK, LABEL, TABLE, FUNCTION, GET, SET, TEE, I32, INDEX, ALIGN, LOAD, STORE, I64, F32, F64, V128, LANE] =
  Array(20).keys();
const WIDTHS = { [F32]: 4, [F64]: 8, [V128]: 16, [LANE]: 1 };
export const isLocal = (part) => part >= GET && part <= TEE;
const END = 0x0b;
const [BRANCH, BRANCH_IF, CALL] = [0x0c, 0x0d, 0x10];
const [LOCAL_GET, GLOBAL_GET] = [0x20, 0x23];
const [I32_STORE, I64_STORE] = [0x36, 0x37];
const [I32_CONST, I64_CONST, F32_CONST, F64_CONST] = [0x41, 0x42, 0x43, 0x44];
const I32_SUB = 0x6b;
const BULK = 0xfc;
const COPY = 10;
const VECTOR = 0xfd;
const under = (prefix, code) => (prefix - BULK + 1) * 512 + code;

/** What follows the opcodes from one to another; a later line goes before an earlier one. */
const INSTRUCTIONS = [
  [0x00, 0x44],
  [0x02, 0x04, BLOCK],
  [0x0c, 0x0d, LABEL],
  [0x0e, 0x0e, TABLE],
  [0x10, 0x10, FUNCTION],
  [0x11, 0x11, INDEX, INDEX],
  [0x20, 0x20, GET],
  [0x21, 0x21, SET],
  [0x22, 0x22, TEE],
  [0x23, 0x26, INDEX],
  [0x28, 0x35, ALIGN, LOAD],
  [0x36, 0x3e, ALIGN, STORE],
  [0x3f, 0x40, INDEX],
  [0x41, 0x41, I32],
  [0x42, 0x42, I64],
  [0x43, 0x43, F32],
  [0x44, 0x44, F64],
  [0x45, 0x66], // compares
  [0x67, 0xa6], // calculates
  [0x6a, 0x6a],
  [0xa7, 0xc4], // converts
  [0xd0, 0xd0, INDEX],
  [under(BULK, 0), under(BULK, 7)],
  [under(BULK, 10), under(BULK, 10), INDEX, INDEX],
  [under(BULK, 11), under(BULK, 11), INDEX],
  [under(BULK, 15), under(BULK, 17), INDEX],
  [under(VECTOR, 0), under(VECTOR, 275)],
  [under(VECTOR, 0), under(VECTOR, 10), ALIGN, LOAD],
  [under(VECTOR, 11), under(VECTOR, 11), ALIGN, STORE],
  [under(VECTOR, 12), under(VECTOR, 13), V128],
  [under(VECTOR, 21), under(VECTOR, 34), LANE],
  [under(VECTOR, 84), under(VECTOR, 91), ALIGN, LOAD, LANE],
  [under(VECTOR, 92), under(VECTOR, 93), ALIGN, LOAD],
];
const PARTS = [];
/** Which line an opcode stands in: like ones have the same kind. */
const KINDS = new Uint8Array(256);
INSTRUCTIONS.forEach(([first, last, ...parts], kind) => {
  for (let opcode = first; opcode <= last; opcode++) [PARTS[opcode], KINDS[opcode]] = [parts, kind];
});

/** From here on, opcodes that no instruction has stand for these, written in full: the frame, its size, and what is frequent. */
export const SHORT = 0xd3;
const SHORTS = [
  [LOCAL_GET, 0], // these two with other numbers where there is a frame
  [I32_CONST, 0],
  [I32_CONST, 0],
  [I32_CONST, 1],
  [I32_CONST, 0x80, 0x80, 0x80, 0x80, 0x78], // the least number
  [I32_STORE, 0, 0],
  [I32_STORE, 0, 8],
  [I64_STORE, 0, 0],
  [BRANCH, 1],
  [BRANCH_IF, 0],
  [BULK, COPY, 0, 0],
];
/** After them come calls of so many functions. */
export const CALLS = 28;

/** Which instructions only give a value, for one that follows. */
const GIVES = new Uint8Array(256);
for (const opcode of [LOCAL_GET, GLOBAL_GET, I32_CONST, I64_CONST, F32_CONST, F64_CONST]) GIVES[opcode] = 1;
const OPENING = [...SHORTS.map(([opcode]) => opcode), ...Array(CALLS).fill(CALL)];
OPENING.forEach((opcode, at) => [KINDS, GIVES].forEach((table) => (table[SHORT + at] = table[opcode])));

/** Bytes, and the place where the next one is read or written. */
export class Bytes {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  /** Copies one byte to the end of others. */
  byte(to) {
    return (to.bytes[to.at++] = this.bytes[this.at++]);
  }
  number(to) {
    let [number, scale, byte] = [0, 1, 0];
    do {
      byte = to ? this.byte(to) : this.bytes[this.at++];
      number += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return number;
  }
  take(length) {
    return this.bytes.subarray(this.at, (this.at += length));
  }
  write(number) {
    do this.bytes[this.at++] = (number & 127) | (number > 127 ? 128 : 0);
    while ((number >>>= 7) > 0);
  }
  put(bytes) {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}

/**
 * The locals of a function, as numbers that are small for those met lately: an old one is told by its place among the old ones, a new
 * one by its type (the group in which it's declared), of which it's the first new one. What is met becomes the third of the old ones,
 * if it doesn't stand before.
 */
class Locals {
  constructor(parameters, groups) {
    this.old = [...Array(parameters).keys()];
    this.firsts = [];
    for (let group = 0, local = parameters; group < groups.length; local += groups[group++]) this.firsts.push(local);
  }
  number(local) {
    const place = this.old.indexOf(local);
    return place < 0 ? this.firsts.lastIndexOf(local) : TYPES_AT_MOST + place;
  }
  /** The local with this number is met. */
  meet(number) {
    const { old, firsts } = this;
    const isNew = number < TYPES_AT_MOST;
    let place = isNew ? old.length : number - TYPES_AT_MOST;
    const local = isNew ? firsts[number]++ : old[place];
    for (; place > THIRD; place--) old[place] = old[place - 1];
    old[place] = local;
    return local;
  }
}
const TYPES_AT_MOST = 6;
const THIRD = 2;

/** A place among the opcodes, and what is known there of the function that it is in. */
export class Place {
  constructor(opcodes, calls) {
    this.opcodes = opcodes;
    this.shorts = [...SHORTS, ...calls];
    this.at = 0;
  }
  enterFunction(locals) {
    this.locals = locals;
    this.framed = false;
    [this.shorts[0], this.shorts[1]] = SHORTS;
    this.offsets = [];
    this.offsets[LOAD] = this.offsets[STORE] = 0;
  }
  /** The opcode so many places ahead, or behind if negative. */
  opcode(ahead) {
    return this.opcodes[this.at + ahead];
  }
  /** Takes note of a frame: the number of its local and its size, as they are written. */
  foundFrame(local, size) {
    this.framed = true;
    this.shorts[0] = [LOCAL_GET, ...local];
    this.shorts[1] = [I32_CONST, ...size];
  }
  setsFrame() {
    return this.opcode(-1) === I32_SUB && this.opcode(-2) === I32_CONST && this.opcode(-3) === GLOBAL_GET;
  }
  isFrame(ahead) {
    return this.framed && this.opcode(ahead) === SHORT;
  }
  /** Whether this loads from the frame or stores there, if that's easily told: what is stored comes after the frame. */
  isInFrame(part) {
    if (part === LOAD) return this.isFrame(-1);
    return part === STORE && (this.isFrame(-2) || (this.isFrame(-3) && !GIVES[this.opcode(-2)]));
  }
  /** What kind of instruction takes the value given here, and whether others are given before. */
  taker() {
    let ahead = 1;
    while (GIVES[this.opcode(ahead)]) ahead += 1;
    return 2 * KINDS[this.opcode(ahead)] + (ahead > 1);
  }
}

/** Some parts have many streams, one for each context in which they stand. */
const CONTEXTS = 512;
const contextOf = Array(LANE + 1).fill();
contextOf[GET] = (place) => place.taker();
contextOf[SET] = contextOf[TEE] = (place) => KINDS[place.opcode(-1)];
contextOf[I32] = (place) => 2 * place.opcode(1) + place.isFrame(-1);
contextOf[LOAD] = (place) => (place.isInFrame(LOAD) ? 0 : place.opcode(0));
contextOf[STORE] = (place) => +place.isInFrame(STORE);
export const keyOf = (part, place) => part * CONTEXTS + (contextOf[part] ? contextOf[part](place) : 0);

/** The call of a function. */
export function callOf(called) {
  const call = new Bytes(Uint8Array.of(CALL, 0, 0, 0, 0, 0), 1);
  call.write(called);
  return [...call.bytes.subarray(0, call.at)];
}

/** Copies a part from some bytes to others; gives the number that it is. */
export function copy(part, from, to) {
  if (WIDTHS[part]) {
    for (let left = WIDTHS[part]; left > 0; left--) from.byte(to);
    return 0;
  }
  const number = from.number(to);
  // After these stands how many numbers follow.
  const more = part === TABLE ? number + 1 : part === LOCALS ? 2 * number : 0;
  for (let left = more; left > 0; left--) from.number(to);
  return number;
}

const isPrefix = (first) => first === BULK || first === VECTOR;

/** What follows an opcode. */
function partsOf(opcode) {
  if (!PARTS[opcode]) throw new Error(`the module's code has an instruction that is not known here: ${opcode}`);
  return PARTS[opcode];
}
const depthAfter = (depth, first, parts) => depth + (parts[0] === BLOCK) - (first === END);

/** How many locals of each type are declared here, one type after the other. */
export function groups(declarations) {
  const lengths = [];
  for (let left = declarations.number(); left > 0; left--) {
    lengths.push(declarations.number());
    declarations.at += 1;
  }
  return lengths;
}

/** Goes through a function, at the same time in its code and in its opcodes; the walker copies what is there. */
export function walkFunction(place, code, walker, parameters) {
  const declarations = new Bytes(code.bytes, code.at);
  walker.part(LOCALS);
  place.enterFunction(new Locals(parameters, groups(declarations)));
  let constant = 0;
  for (let depth = 1; depth > 0; place.at++) {
    const first = walker.opcode();
    const short = first >= SHORT && place.shorts[first - SHORT];
    if (short) {
      walker.known(short);
      continue;
    }
    walker.plain(first);
    const parts = partsOf(isPrefix(first) ? under(first, walker.part(PREFIXED)) : first);
    depth = depthAfter(depth, first, parts);
    for (let which = 0; which < parts.length; which++) {
      const part = parts[which];
      const start = code.at;
      if (isLocal(part)) walker.local(part);
      else if (place.isInFrame(part)) place.offsets[part] = walker.offset(part, place.offsets[part]);
      else walker.part(part);
      if (part === I32) constant = start;
      // Between the frame's size and its local are two opcodes.
      else if ((part === SET || part === TEE) && place.setsFrame())
        place.foundFrame(code.bytes.slice(start, code.at), code.bytes.slice(constant, start - 2));
    }
  }
}

// How far it is from one number to another, as a whole number from 0 on: forwards even, backwards odd.
export const distance = (from, to) => (to < from ? 2 * (from - to) - 1 : 2 * (to - from));
const atDistance = (from, distance) => (distance % 2 ? from - (distance + 1) / 2 : from + distance / 2);

/** Goes through a function after its declarations: `visit` takes each part of its instructions from the code. */
export function walkParts(code, to, visit) {
  for (let depth = 1; depth > 0; ) {
    const first = code.byte(to);
    const parts = partsOf(isPrefix(first) ? under(first, copy(PREFIXED, code, to)) : first);
    depth = depthAfter(depth, first, parts);
    parts.forEach(visit);
  }
}

/** The opcodes that a row of phrases gives. */
function spellOut(row, phrases, length) {
  const opcodes = new Uint8Array(length);
  let end = 0;
  for (let at = 0; at < row.length; at++) {
    const phrase = phrases[row[at]];
    for (let which = 0; which < phrase.length; which++) opcodes[end++] = phrase[which];
  }
  return opcodes;
}

/** The code from which these streams were made. */
function assemble(section, parameters) {
  const numbers = (count) => Array.from({ length: count }, () => section.number());
  const [length, opcodes] = numbers(2);
  const calls = numbers(CALLS).map(callOf);
  const phrases = numbers(section.number()).map((length) => [...section.take(length)]);
  const steps = numbers(section.number());
  const lengths = numbers(steps.length);
  const streams = Array((LANE + 1) * CONTEXTS).fill();
  let key = 0;
  steps.forEach((step, at) => (streams[(key += step)] = new Bytes(section.take(lengths[at]))));
  const place = new Place(spellOut(streams[PHRASE].bytes, phrases, opcodes), calls);
  const code = new Bytes(new Uint8Array(length + LONGEST));
  const walker = {
    opcode: () => place.opcode(0),
    plain: (opcode) => (code.bytes[code.at++] = opcode),
    known(bytes) {
      for (let which = 0; which < bytes.length; which++) code.bytes[code.at++] = bytes[which];
    },
    part: (part) => copy(part, streams[keyOf(part, place)], code),
    local: (part) => code.write(place.locals.meet(streams[keyOf(part, place)].number())),
    offset(part, before) {
      const offset = atDistance(before, streams[keyOf(part, place)].number());
      code.write(offset);
      return offset;
    },
  };
  code.write(parameters.length);
  for (const count of parameters) {
    // A function's length is written once it is known; until then its code stands as far behind as a length may be long.
    const start = code.at;
    code.at += LONGEST;
    walkFunction(place, code, walker, count);
    const end = code.at;
    code.at = start;
    code.write(end - start - LONGEST);
    code.bytes.copyWithin(code.at, start + LONGEST, end);
    code.at += end - start - LONGEST;
  }
  return code.bytes.subarray(0, length);
}
const LONGEST = 5;

/** How many parameters each function of a module has, from its sections by their kinds. */
export function countParameters(sections) {
  const [types, functions] = [new Bytes(sections[TYPES]), new Bytes(sections[FUNCTIONS])];
  const counts = Array.from({ length: types.number() }, () => {
    types.at += 1;
    const { length } = types.take(types.number());
    types.take(types.number());
    return length;
  });
  return Array.from({ length: functions.number() }, () => counts[functions.number()]);
}

/** The same module with other sections: `change` says what a section becomes, given those before it by their kinds. */
export function sections(module, change) {
  const from = new Bytes(module);
  const all = [from.take(8)];
  const before = [];
  while (from.at < module.length) {
    const kind = from.take(1)[0];
    before[kind] = from.take(from.number());
    const [becomes, content] = change(kind, before[kind], before);
    const length = new Bytes(new Uint8Array(LONGEST));
    length.write(content.length);
    all.push(Uint8Array.of(becomes, ...length.bytes.subarray(0, length.at)), content);
  }
  const to = new Bytes(new Uint8Array(all.reduce((sum, { length }) => sum + length, 0)));
  for (const bytes of all) to.put(bytes);
  return to.bytes;
}

/** A module whose code is in streams, as a browser takes it; any other module as it is. */
export const join = (module) =>
  sections(module, (kind, content, before) => {
    const ours = kind === CUSTOM && NAME.every((byte, at) => content[at] === byte);
    return ours ? [CODE, assemble(new Bytes(content, NAME.length), countParameters(before))] : [kind, content];
  });
