// Times layers of usual sizes. `window.bench.prepare` takes any workload, so that others can compare theirs on the same numbers.

import init, { multiplyAdd, prepareLayer, prepareOnCard } from "./layerscope.js";

const conv = (name, input, weight, settings = {}) => {
  const padding = weight.slice(2).map((kernel) => [kernel >> 1, kernel >> 1]);
  return { name, layer: "conv", input, shapes: { weight, bias: [weight[0]] }, padding, ...settings };
};
const pool = (name, operation, kernel, stride) => ({ name, layer: "pool", operation, input: [1, 64, 112, 112], kernel: [kernel, kernel], stride: [stride, stride], shapes: {} });
const recurrent = (layer, gates) => {
  const rows = gates * 256;
  const shapes = { weight_ih: [rows, 128], weight_hh: [rows, 256], bias_ih: [rows], bias_hh: [rows] };
  return { name: `${layer.toUpperCase()}, 256 of 128, 128 steps`, layer, input: [128, 1, 128], hidden: 256, shapes };
};

const WORKLOADS = [
  conv("filter 3×3, 1080 × 1920", [1, 1, 1080, 1920], [1, 1, 3, 3]),
  conv("filter 15×15, 540 × 960", [1, 1, 540, 960], [1, 1, 15, 15]),
  conv("conv 3×3, 3 → 16, 480 × 640", [1, 3, 480, 640], [16, 3, 3, 3]),
  conv("conv 3×3, 64 → 64, 56 × 56", [1, 64, 56, 56], [64, 64, 3, 3]),
  conv("conv 1×1, 256 → 256, 28 × 28", [1, 256, 28, 28], [256, 256, 1, 1]),
  conv("conv 3×3 dilated by 4, 32 → 32, 112 × 112", [1, 32, 112, 112], [32, 32, 3, 3], { dilation: [4, 4], padding: [[4, 4], [4, 4]] }),
  conv("conv 7×7 stride 2, 3 → 64, 224 × 224", [1, 3, 224, 224], [64, 3, 7, 7], { stride: [2, 2] }),
  conv("conv1d 9, 64 → 64, 16 384", [1, 64, 16384], [64, 64, 9]),
  conv("conv3d 3, 16 → 16, 32³", [1, 16, 32, 32, 32], [16, 16, 3, 3, 3]),
  pool("max pool 2×2, 64 × 112 × 112", "max", 2, 2),
  pool("average pool 3×3, 64 × 112 × 112", "average", 3, 1),
  recurrent("lstm", 4),
  recurrent("gru", 3),
  recurrent("rnn", 1),
  { name: "GCN, 10 000 nodes, 100 000 edges", layer: "gcn", input: [10000, 64], edges: 100000, out: 64, shapes: { edges: [2, 100000], weight: [64, 64] } },
  { name: "dense 512 → 512, 512 rows", layer: "dense", input: [512, 512], out: 512, shapes: { weight: [512, 512], bias: [512] } },
];
const LEAST_MS = 400;

const product = (numbers) => numbers.reduce((all, number) => all * number, 1);

window.bench = {
  /** A workload with the shapes of its tensors, ready to run on the numbers of `tensors`; `backend` is "cpu" or "gpu". */
  async prepare(workload, tensors, backend = "cpu") {
    await loaded;
    const { name, layer, input, tensors: list, hidden, out, weight, edges, ...settings } = workload;
    const request = { layer, input: { shape: input }, ...settings };
    for (const { name, shape } of list) if (name !== "input") request[name] = { shape, data: tensors[name] };
    if (layer === "gcn") {
      const [sources, targets] = [tensors.edges.subarray(0, edges), tensors.edges.subarray(edges)];
      const pairs = Array.from(sources, (source, edge) => [source, targets[edge]]);
      Object.assign(request, { edges: pairs, normalization: "row", self_loops: false, activation: "relu" });
    }
    if (backend === "gpu") {
      const ready = await prepareOnCard(request);
      return { run: () => ready.run(tensors.input), release: async () => ready.free() };
    }
    const ready = prepareLayer(request);
    let output;
    return { run: async () => (output = ready.run(tensors.input, output)), release: async () => ready.free() };
  },
};

/** Numbers without pattern, as many as the tensors of a workload take. */
function filled({ shapes, ...workload }) {
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const tensors = {};
  for (const [name, shape] of Object.entries({ input: workload.input, ...shapes })) {
    const isEdges = name === "edges";
    const numbers = new (isEdges ? Uint32Array : Float32Array)(product(shape));
    tensors[name] = numbers.map(() => (isEdges ? next() % workload.input[0] : next() / 2 ** 33 - 0.25));
  }
  return [{ ...workload, tensors: Object.entries(shapes).map(([name, shape]) => ({ name, shape })) }, tensors];
}

/** The multiplications of the formula; for a pooling, what is joined. */
function multiplications({ layer, input, hidden, out, edges, kernel, shapes: { weight } }, outputs) {
  if (layer === "conv") return outputs * product(weight.slice(1));
  if (layer === "pool") return outputs * product(kernel);
  if (layer === "gcn") return edges * input[1] + outputs * input[1];
  if (layer === "dense") return outputs * input[1];
  return outputs * { rnn: 1, gru: 3, lstm: 4 }[layer] * (input[2] + hidden);
}

/** The shortest time of one run, in milliseconds, from batches that are long enough for the clock. */
async function time(run) {
  let best = Infinity;
  let batch = 1;
  for (const end = performance.now() + LEAST_MS; performance.now() < end; ) {
    const start = performance.now();
    for (let left = batch; left > 0; left--) await run();
    const took = performance.now() - start;
    if (took > 2) best = Math.min(best, took / batch);
    else batch *= 2;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return best;
}

const [start, cancel, copy, progress, status, rows] = ["start", "cancel", "copy", "progress", "status", "rows"].map((id) => document.getElementById(id));
let results = [];
let isCancelled = false;

function show({ name, ms, speed, share, card }) {
  const row = rows.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  for (const text of [ms.toFixed(2), speed.toFixed(1), share.toFixed(0), card?.toFixed(2) ?? "–"]) row.insertCell().textContent = text;
  row.cells[3].style.setProperty("--share", share);
  rows.style.setProperty("--most", Math.max(100, ...results.map((result) => result.share)));
}

/** The shortest time of a run on the graphics card, with the way there and back; nothing where it does not compute that. */
async function onCard(described, tensors) {
  try {
    const layer = await window.bench.prepare(described, tensors, "gpu");
    const ms = await time(layer.run);
    await layer.release();
    return ms;
  } catch {
    return undefined;
  }
}

async function measure() {
  [start.disabled, cancel.disabled, copy.disabled, isCancelled, results] = [true, false, true, false, []];
  [rows.textContent, progress.max, progress.value] = ["", WORKLOADS.length + 1, 0];
  const tell = (name) => ([status.textContent, progress.value] = [name, progress.value + 1]);
  tell("limit");
  const rounds = 1e5;
  const perRound = multiplyAdd(0);
  const limit = (rounds * perRound) / (await time(async () => multiplyAdd(rounds))) / 1e6;
  for (const workload of WORKLOADS) {
    if (isCancelled) break;
    tell(workload.name);
    const [described, tensors] = filled(workload);
    const layer = await window.bench.prepare(described, tensors);
    const outputs = (await layer.run()).length;
    const ms = await time(layer.run);
    await layer.release();
    const speed = multiplications(workload, outputs) / ms / 1e6;
    const card = await onCard(described, tensors);
    results.push({ name: workload.name, ms, speed, share: (100 * speed) / limit, card });
    show(results.at(-1));
  }
  status.textContent = `${isCancelled ? "Cancelled" : "Done"}. The limit is ${limit.toFixed(1)} · 10⁹ multiplications and additions per second.`;
  [start.disabled, cancel.disabled, copy.disabled] = [false, true, results.length === 0];
}

start.addEventListener("click", () => measure().catch((error) => (status.textContent = `The measurement stopped: ${error.message}.`)));
cancel.addEventListener("click", () => (isCancelled = true));
copy.addEventListener("click", async () => {
  const lines = results.map(({ name, ms, speed, share, card }) => [`"${name}"`, ms.toFixed(3), speed.toFixed(2), share.toFixed(1), card?.toFixed(3)].join(","));
  await navigator.clipboard.writeText(["layer,ms,1e9 multiplications per second,% of the limit,WebGPU ms", ...lines].join("\n") + "\n");
  status.textContent = "Copied.";
});

const loaded = init();
loaded.then(
  () => ([start.disabled, status.textContent] = [false, "Ready; it takes some ten seconds."]),
  () => (status.textContent = "Layerscope could not start. It needs a browser with WebAssembly and its SIMD instructions."),
);
