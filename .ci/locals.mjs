// Numbers the locals of every function in the order in which they are met, those of one type after those of another as before:
// www/module/streams.mjs tells a new local by its type alone. What the functions do stays the same.

import { Bytes, CODE, copy, countParameters, groups, isLocal, sections, walkParts } from "../www/module/streams.mjs";

/** The new number of each local; parameters keep theirs. */
function numbering(met, parameters, declared) {
  const order = new Map([...met].map((local, place) => [local, place]));
  const place = (local) => order.get(local) ?? met.size;
  const numbers = [...Array(parameters).keys()];
  for (const length of declared) {
    const first = numbers.length;
    const group = Array.from({ length }, (_, which) => first + which);
    group.sort((one, other) => place(one) - place(other)).forEach((local, which) => (numbers[local] = first + which));
  }
  return numbers;
}

function renumberCode(content, parameters) {
  const code = new Bytes(content);
  const all = new Bytes(new Uint8Array(2 * content.length));
  code.number(all);
  for (const count of parameters) {
    const body = new Bytes(new Uint8Array(2 * code.number()));
    const start = code.at;
    const declared = groups(code);
    const declarations = code.bytes.subarray(start, code.at);
    const instructions = code.at;
    const met = new Set();
    walkParts(code, body, (part) => (isLocal(part) ? met.add(code.number()) : copy(part, code, body)));
    const numbers = numbering(met, count, declared);
    [code.at, body.at] = [instructions, 0];
    body.put(declarations);
    walkParts(code, body, (part) => (isLocal(part) ? body.write(numbers[code.number()]) : copy(part, code, body)));
    all.write(body.at);
    all.put(body.bytes.subarray(0, body.at));
  }
  return all.bytes.subarray(0, all.at);
}

export const renumber = (module) =>
  sections(module, (kind, content, before) => [kind, kind === CODE ? renumberCode(content, countParameters(before)) : content]);
