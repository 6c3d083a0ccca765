// WebAssembly code in streams: the same instructions, sorted by what their parts are. A compressor finds more in all opcodes, then
// all calls, then all constants than where they are mixed: the page's module becomes an eighth smaller than compressed as it is.
// Compare J. Ernst et al., "Code Compression", PLDI 1997.
//
// A module in streams has the same sections as before; only in place of its code stands a custom section "streams". It holds how
// many bytes the code has, how many functions, how many streams, the key and the length of each, and then the streams one after the
// other. All numbers are LEB128, as everywhere in a module.

const CUSTOM = 0;
const CODE = 10;
const NAME = [7, ...new TextEncoder().encode("streams")];

// The parts of an instruction. Most are numbers, which end with the first byte below 128; some have a width.
const [OPCODE, LOCALS, BLOCK, LABEL, TABLE, FUNCTION, GET, SET, TEE, I32, INDEX, ALIGN, LOAD, STORE, I64, F32, F64, V128, LANE] = Array(19).keys();
const WIDTHS = { [F32]: 4, [F64]: 8, [V128]: 16, [LANE]: 1 };
const END = 0x0b;
const BULK = 0xfc;
const VECTOR = 0xfd;
const under = (prefix, code) => prefix * 512 + code;

/** What follows the opcodes from one to another; a later line goes before an earlier one. */
const INSTRUCTIONS = [
  [0x00, 0xc4],
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
for (const [first, last, ...parts] of INSTRUCTIONS) for (let opcode = first; opcode <= last; opcode++) PARTS[opcode] = parts;

/** Bytes, and the place where the next one is read or written. */
class Bytes {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
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

function copy(part, from, to) {
  if (part === OPCODE) {
    const opcode = from.byte(to);
    return opcode === BULK || opcode === VECTOR ? under(opcode, from.number(to)) : opcode;
  }
  if (WIDTHS[part]) for (let left = WIDTHS[part]; left > 0; left--) from.byte(to);
  else {
    const number = from.number(to);
    // After these stands how many numbers follow.
    const more = part === TABLE ? number + 1 : part === LOCALS ? 2 * number : 0;
    for (let left = more; left > 0; left--) from.number(to);
  }
}

/** Copies a function, each of its parts from where `from` says to where `to` says. */
function copyFunction(from, to) {
  copy(LOCALS, from(LOCALS), to(LOCALS));
  for (let depth = 1; depth > 0; ) {
    const opcode = copy(OPCODE, from(OPCODE), to(OPCODE));
    const parts = PARTS[opcode];
    if (!parts) throw new Error(`the module's code has an instruction that is not known here: ${opcode}`);
    if (parts[0] === BLOCK) depth += 1;
    else if (opcode === END) depth -= 1;
    for (const part of parts) copy(part, from(part), to(part));
  }
}

/** Constants and locals have a stream for each opcode after them: what a number is for says the instruction that takes it. */
const keyOf = (part, next) => part * 256 + (part >= GET && part <= I32 ? next : 0);

/** The opcode that follows the number that is read next. */
function opcodeAfter({ bytes, at }) {
  while (bytes[at++] > 127);
  return bytes[at];
}

/** Copies all functions of some code into streams. */
function sort(code) {
  const streams = new Map();
  const stream = (key) => streams.get(key) ?? streams.set(key, new Bytes(new Uint8Array(code.bytes.length))).get(key);
  const functions = code.number();
  for (let left = functions; left > 0; left--) {
    code.number();
    copyFunction(
      () => code,
      (part) => stream(keyOf(part, opcodeAfter(code))),
    );
  }
  const sorted = [...streams].sort(([one], [other]) => one - other).map(([key, { bytes, at }]) => [key, bytes.subarray(0, at)]);
  const section = new Bytes(new Uint8Array(2 * code.bytes.length));
  section.put(NAME);
  for (const number of [code.bytes.length, functions, sorted.length]) section.write(number);
  for (const [key, { length }] of sorted) [key, length].forEach((number) => section.write(number));
  for (const [, bytes] of sorted) section.put(bytes);
  return section.bytes.subarray(0, section.at);
}

/** The code from which these streams were made. */
function assemble(section) {
  const [length, functions, count] = [section.number(), section.number(), section.number()];
  const streams = [];
  const lengths = Array.from({ length: count }, () => [section.number(), section.number()]);
  for (const [key, length] of lengths) streams[key] = new Bytes(section.take(length));
  const opcodes = streams[keyOf(OPCODE)];
  const code = new Bytes(new Uint8Array(length + LONGEST));
  code.write(functions);
  for (let left = functions; left > 0; left--) {
    // A function's length is written once it is known; until then its code stands as far behind as a length may be long.
    const start = code.at;
    code.at += LONGEST;
    copyFunction(
      (part) => streams[keyOf(part, opcodes.bytes[opcodes.at])],
      () => code,
    );
    const end = code.at;
    code.at = start;
    code.write(end - start - LONGEST);
    code.bytes.copyWithin(code.at, start + LONGEST, end);
    code.at += end - start - LONGEST;
  }
  return code.bytes.subarray(0, length);
}
const LONGEST = 5;

/** The same module with other sections: `change` says what a section becomes. */
function sections(module, change) {
  const from = new Bytes(module);
  const all = [from.take(8)];
  while (from.at < module.length) {
    const [kind, content] = change(from.take(1)[0], from.take(from.number()));
    const length = new Bytes(new Uint8Array(LONGEST));
    length.write(content.length);
    all.push(Uint8Array.of(kind, ...length.bytes.subarray(0, length.at)), content);
  }
  const to = new Bytes(new Uint8Array(all.reduce((sum, { length }) => sum + length, 0)));
  for (const bytes of all) to.put(bytes);
  return to.bytes;
}

/** A module with its code in streams. */
export const split = (module) => sections(module, (kind, content) => (kind === CODE ? [CUSTOM, sort(new Bytes(content))] : [kind, content]));

/** A module whose code is in streams, as a browser takes it; any other module as it is. */
export const join = (module) =>
  sections(module, (kind, content) => {
    const ours = kind === CUSTOM && NAME.every((byte, at) => content[at] === byte);
    return ours ? [CODE, assemble(new Bytes(content.subarray(NAME.length)))] : [kind, content];
  });
