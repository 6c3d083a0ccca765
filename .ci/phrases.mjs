// Writes opcodes as a row of phrases, one byte each, for www/module/streams.mjs. A phrase is one opcode, or several that often follow
// one another. Which byte stands for which phrase is chosen so that brotli can tell well what follows.

/** So many times, the pair of bytes that saves most becomes one byte (P. Gage, "A New Algorithm for Data Compression", 1994). */
const MERGES = 80;
/** How many bits one byte fewer saves, besides what the first byte of a pair tells about the second. */
const BITS_SAVED = 0.5;

/**
 * Brotli looks at the kinds of the two bytes before a byte to tell how likely it is. Bytes from each of these numbers on are of one
 * kind (RFC 7932, 7.1, "Signed"; brotli chooses this way for files of which less than three quarters are text).
 */
const FIRST = [0, 1, 16, 64, 128, 192, 240, 255];
const KINDS = FIRST.length;
const CONTEXTS = KINDS * KINDS;
/** How many bits it takes to write how likely a byte is in one context. */
const BITS_TOLD = 4;
/** Bytes that are rarer stay where they are: they cost time and change little. */
const RARE = 100;
/** The search ends when a round saves fewer bits than these. */
const LEAST = 400;

const countBytes = (row) => row.reduce((counts, byte) => ((counts[byte] += 1), counts), new Uint32Array(256));

function bestPair(row) {
  const singles = countBytes(row);
  const pairs = new Uint32Array(256 * 256);
  for (let at = 1; at < row.length; at++) pairs[row[at - 1] * 256 + row[at]] += 1;
  let [best, most] = [0, 0];
  pairs.forEach((count, pair) => {
    if (count === 0) return;
    const saved = count * (BITS_SAVED + Math.log2((count * row.length) / (singles[pair >> 8] * singles[pair & 255])));
    if (saved > most) [best, most] = [pair, saved];
  });
  return [best >> 8, best & 255];
}

/** The row with one byte for each such pair; it's written over the old one. */
function merge(row, [one, other], byte) {
  let end = 0;
  for (let at = 0; at < row.length; at++) {
    const isPair = row[at] === one && row[at + 1] === other;
    row[end++] = isPair ? byte : row[at];
    if (isPair) at += 1;
  }
  return row.subarray(0, end);
}

/** About how many bits a row takes when its bytes are of these kinds. */
function bits(row, kinds) {
  const counts = new Uint32Array(CONTEXTS * 256);
  const totals = new Uint32Array(CONTEXTS);
  let context = 0;
  for (let at = 0; at < row.length; at++) {
    counts[context * 256 + row[at]] += 1;
    totals[context] += 1;
    context = ((context * KINDS) % CONTEXTS) + kinds[row[at]];
  }
  let sum = 0;
  for (const total of totals) if (total > 0) sum += total * Math.log2(total);
  for (const count of counts) if (count > 0) sum += BITS_TOLD - count * Math.log2(count);
  return sum;
}

/** A kind for each byte: one byte after the other, the frequent ones first, changes its kind when that makes the row smaller. */
function findKinds(row) {
  const counts = countBytes(row);
  const bytes = [...counts.keys()].sort((one, other) => counts[other] - counts[one] || one - other);
  const kinds = new Uint8Array(256);
  bytes.forEach((byte, rank) => (kinds[byte] = FIRST.findLastIndex((first) => first <= rank)));
  for (let [least, before] = [bits(row, kinds), Infinity]; least < before - LEAST; ) {
    before = least;
    for (const byte of bytes.filter((byte) => counts[byte] >= RARE)) {
      for (let kind = 0; kind < KINDS; kind++) {
        const old = kinds[byte];
        if (kind === old) continue;
        // Of each kind there is a fixed number of bytes: the rarest one of the other kind takes its place.
        const other = bytes.findLast((byte) => kinds[byte] === kind);
        [kinds[byte], kinds[other]] = [kind, old];
        const now = bits(row, kinds);
        if (now < least) least = now;
        else [kinds[byte], kinds[other]] = [old, kind];
      }
    }
  }
  return kinds;
}

/** 256 phrases, of which some may be empty, and the row of their numbers that gives these opcodes. */
export function shorten(opcodes) {
  const phrases = Array.from({ length: 256 }, () => []);
  for (const opcode of opcodes) phrases[opcode] = [opcode];
  const unused = [...phrases.keys()].filter((byte) => phrases[byte].length === 0);
  let row = opcodes.slice();
  for (const byte of unused.slice(0, MERGES)) {
    const pair = bestPair(row);
    phrases[byte] = pair.flatMap((half) => phrases[half]);
    row = merge(row, pair, byte);
  }
  const kinds = findKinds(row);
  const order = [...phrases.keys()].sort((one, other) => kinds[one] - kinds[other] || one - other);
  const numbers = new Uint8Array(256);
  order.forEach((byte, number) => (numbers[byte] = number));
  return { phrases: order.map((byte) => phrases[byte]), row: row.map((byte) => numbers[byte]) };
}
