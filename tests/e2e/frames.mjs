// How smooth conv2d is in a hand: a weight is dragged, then the pointer wanders over the outputs, by real mouse events at 125 Hz, while Chromium
// traces. Two figures per frame in which a mouse event was handled:
//
//   work   what the main thread did for it: events, computing, drawing, layout, commit, in wall time. It has to fit into 16 ms.
//   late   whether the compositor had to show the old picture because the new one was not there in time.
//
// At least 95 % of the frames must have their work within 16 ms, and 95 % must not be late; otherwise the exit status is 1.
//
//     node tests/e2e/frames.mjs [--path index.html#/conv2d?…] [--weight weight.0.0.1.1] [--output output.0.{y}.{x}] [--seconds 4]

import { parseArgs } from "node:util";
import { openSite, started } from "./harness.mjs";

const BUDGET_MS = 16;
const SHARE = 0.95;
const MOUSE_INTERVAL_MS = 8;

const { values: options } = parseArgs({
  options: {
    path: { type: "string", default: "index.html#/conv2d?size=12&channels=3&filters=4" },
    weight: { type: "string", default: "weight.0.0.1.1" },
    output: { type: "string", default: "output.0.{y}.{x}" },
    seconds: { type: "string", default: "4" },
  },
});
const seconds = Number(options.seconds);

const TRACE_CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame"];

/** Where a cell is on the screen, by the page's own account; null when it shows no such cell. */
async function locate(page, cell) {
  return page.evaluate((name) => {
    const host = [...document.querySelectorAll("*")].find((element) => element.layerscopeLocate);
    return host?.layerscopeLocate(name) ?? null;
  }, cell);
}

async function located(page, cell) {
  const point = await locate(page, cell);
  if (!point) throw new Error(`The picture at ${options.path} shows no cell ${cell}.`);
  return point;
}

/** Moves the mouse along `positionAt(t)`, t from 0 to 1, without waiting for the page to keep up: as a hand does. */
async function moveAlong(page, positionAt) {
  const begin = performance.now();
  const moves = [];
  let t = 0;
  while (t < 1) {
    t = Math.min(1, (performance.now() - begin) / (1000 * seconds));
    const { x, y } = positionAt(t);
    moves.push(page.mouse.move(x, y));
    await new Promise((resolve) => setTimeout(resolve, MOUSE_INTERVAL_MS));
  }
  await Promise.all(moves);
}

async function dragWeight(page) {
  const { x, y } = await located(page, options.weight);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await moveAlong(page, (t) => ({ x, y: y + 80 * Math.sin(6 * Math.PI * t) }));
  await page.mouse.up();
}

async function wanderOverOutputs(page) {
  const at = (y, x) => locate(page, options.output.replace("{y}", y).replace("{x}", x));
  const first = await located(page, options.output.replace("{y}", 0).replace("{x}", 0));
  let last = first;
  for (let size = 1; ; size += 1) {
    const next = await at(size, size);
    if (!next) break;
    last = next;
  }
  const triangle = (phase) => 1 - Math.abs((phase % 2) - 1);
  await moveAlong(page, (t) => ({
    x: first.x + (last.x - first.x) * triangle(10 * t),
    y: first.y + (last.y - first.y) * triangle(3 * t),
  }));
}

async function traced(site, page, gesture) {
  await site.browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await gesture(page);
  return JSON.parse(await site.browser.stopTracing()).traceEvents;
}

function framesOf(events) {
  const counts = new Map();
  for (const { name, pid, tid } of events) {
    if (name === "FireAnimationFrame") counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1);
  }
  const [main] = [...counts.entries()].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (!main) throw new Error("The trace holds no animation frames.");
  const process = main.split(" ")[0];

  const onMain = events.filter(({ pid, tid }) => `${pid} ${tid}` === main).sort((a, b) => a.ts - b.ts);
  const tasks = onMain.filter(({ name, ph }) => name === "RunTask" && ph === "X");
  const begins = onMain.filter(({ name }) => name === "BeginMainThreadFrame").map(({ ts }) => ts);
  const inputs = onMain
    .filter(({ name, args }) => name === "EventDispatch" && /^(pointer|mouse)/.test(args.data.type))
    .map(({ ts }) => ts);

  // A frame reaches from the task that begins it to the next such task: an event's work belongs to the frame that shows it or to the one
  // before, and either way it is work that has to be done between two pictures.
  const frames = [];
  let nextBegin = 0;
  let nextInput = 0;
  for (const { ts, dur } of tasks) {
    const end = ts + dur;
    while (nextBegin < begins.length && begins[nextBegin] < ts) nextBegin += 1;
    if (nextBegin < begins.length && begins[nextBegin] <= end) frames.push({ start: ts, work: 0, inputs: 0 });
    const frame = frames.at(-1);
    if (!frame) continue;
    frame.work += dur / 1000;
    while (nextInput < inputs.length && inputs[nextInput] <= end) {
      if (inputs[nextInput] >= ts) frame.inputs += 1;
      nextInput += 1;
    }
  }
  const intervals = frames.slice(1).map((frame, index) => (frame.start - frames[index].start) / 1000);

  const reports = events
    .filter(({ name, ph, pid }) => name === "PipelineReporter" && ph === "b" && String(pid) === process)
    .map(({ args }) => args.frame_reporter ?? args.chrome_frame_reporter ?? {})
    .filter(({ has_main_animation }) => has_main_animation);
  const late = reports.filter(({ state, affects_smoothness }) => state === "STATE_DROPPED" && affects_smoothness).length;
  const shown = reports.filter(({ state }) => state === "STATE_PRESENTED_ALL").length;

  return { work: frames.filter((frame) => frame.inputs > 0).map((frame) => frame.work), intervals, late, shown };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const ms = (value) => value.toFixed(1).padStart(7);
const percent = (share) => `${(100 * share).toFixed(1)} %`.padStart(8);

async function run(site) {
  const closing = [];
  const page = await site.openPage({ after: (close) => closing.push(close) }, { path: options.path, width: 1280, height: 900 });
  await started(page);
  await page.locator("[data-picture] canvas").first().waitFor();
  // Keeps frames coming, so that one that takes too long shows as a gap.
  await page.evaluate(() => {
    const tick = () => requestAnimationFrame(tick);
    tick();
  });
  await page.waitForTimeout(500);

  console.log("milliseconds of work per frame               gap between frames");
  console.log("gesture          frames    p50     p95     max    p50     p95     max   within 16 ms  not late");
  let good = true;
  for (const [name, gesture] of [
    ["drag a weight", dragWeight],
    ["point at outputs", wanderOverOutputs],
  ]) {
    const { work, intervals, late, shown } = framesOf(await traced(site, page, gesture));
    const within = work.filter((duration) => duration <= BUDGET_MS).length / Math.max(1, work.length);
    const inTime = shown / Math.max(1, shown + late);
    const figures = [work, intervals].flatMap((values) => [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)].map(ms));
    console.log(`${name.padEnd(16)} ${String(work.length).padStart(6)} ${figures.join(" ")}       ${percent(within)}  ${percent(inTime)}`);
    good &&= work.length > 0 && within >= SHARE && inTime >= SHARE;
  }
  for (const close of closing) await close();
  return good;
}

const site = await openSite();
try {
  if (!(await run(site))) {
    console.error(`Fewer than ${100 * SHARE} % of the frames were done within ${BUDGET_MS} ms and shown in time.`);
    process.exitCode = 1;
  }
} finally {
  await site.close();
}
