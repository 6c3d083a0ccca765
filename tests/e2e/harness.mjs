// Serves dist/ under two origins and opens it in Chromium. One `openSite` per test file:
//
//     const site = await openSite();
//     after(() => site.close());
//     test("…", async (t) => { const page = await site.openPage(t, { path: "index.html#/conv2d", theme: "dark" }); … });

import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { delimiter, extname, join, normalize, sep } from "node:path";
import { test as nodeTest } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** A test that is told by name when it waits for something that never comes. */
export const test = (name, act, timeout = 60_000) => nodeTest(name, { timeout }, act);

export const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

const MIME_TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".jpg": "image/jpeg",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};

const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu-sandbox",
  "--disable-dev-shm-usage",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** A canvas that the card paints is seen only where the browser composites by Vulkan, too. */
export const COMPOSITED = ["--enable-features=Vulkan", "--use-vulkan=swiftshader", "--use-angle=swiftshader"];

function chromiumOnPath() {
  const names = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  for (const name of names.filter(Boolean)) {
    if (name.includes(sep)) return name;
    for (const folder of process.env.PATH.split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error("Chromium is not on the PATH. Install it, or name it in the environment variable CHROMIUM.");
}

/** Serves a folder, and `pages` (path to HTML) beside its files, on a free port. */
export async function serve(folder, pages = {}) {
  const server = createServer(async (request, response) => {
    const headers = { "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache" };
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (path in pages) {
      response.writeHead(200, { ...headers, "Content-Type": MIME_TYPES[".html"] }).end(pages[path]);
      return;
    }
    if (path === "/favicon.ico") {
      response.writeHead(204, headers).end();
      return;
    }
    const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
    try {
      if (!file.startsWith(normalize(folder))) throw new Error("outside of the folder");
      const body = await readFile(file);
      const type = MIME_TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { ...headers, "Content-Type": type, "Content-Length": body.length }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/**
 * Starts Chromium and two servers of the same files: `origin`, and `otherOrigin` for hosts that embed across origins.
 * `pages` are hosts written in the test itself: { "/slides.html": "<!doctype html>…" }; `flags` are more arguments for Chromium.
 */
export async function openSite({ pages = {}, flags = [] } = {}) {
  if (!existsSync(join(DIST, "index.html"))) throw new Error("There is no dist/index.html yet: run `make build`.");
  const [home, other] = await Promise.all([serve(DIST, pages), serve(DIST, pages)]);
  const browser = await chromium.launch({ executablePath: chromiumOnPath(), args: [...CHROMIUM_ARGUMENTS, ...flags] });

  async function openPage(t, options = {}) {
    const { path = "index.html", width = 1280, height = 800, theme = "light", reducedMotion = false, ...rest } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
      ...rest,
    });
    const page = await context.newPage();
    page.problems = problemsOf(page, [home.origin, other.origin]);
    t.after(async () => {
      await context.close();
      if (page.problems.length > 0) throw new Error(`The page complained:\n${page.problems.join("\n")}`);
    });
    await page.goto(new URL(path, `${home.origin}/`).href);
    return page;
  }

  return {
    origin: home.origin,
    otherOrigin: other.origin,
    browser,
    openPage,
    close: () => Promise.all([browser.close(), home.close(), other.close()]),
  };
}

// Errors in the console, errors that nothing caught, files that are missing, requests that leave the site. A test that provokes one on purpose
// empties `page.problems` after looking at it.
function problemsOf(page, origins) {
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !origins.includes(origin)) problems.push(`request to ${request.url()}`);
  });
  return problems;
}

/** Waits until the page has been started by its module. */
export async function started(page) {
  await page.locator("#app .page").waitFor({ timeout: 10_000 });
}

/** Waits until what has changed is painted. */
export const painted = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** The middle of a cell on the screen, and half its width, once the picture has been painted. */
export async function place(page, cell) {
  await painted(page);
  const found = await page.evaluate((cell) => document.querySelector(".block").layerscopeLocate(cell), cell);
  if (!found) throw new Error(`the picture shows no ${cell}`);
  const { x, y, width = 0, height = 0 } = found;
  return { x: x + width / 2, y: y + height / 2, radius: width / 2 };
}

/** The colours on the screen at some points: red, green, blue. What a card has painted is seen there, and nowhere else. */
export async function coloursAt(page, points) {
  const png = (await page.screenshot()).toString("base64");
  return page.evaluate(
    async ([png, points]) => {
      const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return points.map(({ x, y }) => [...context.getImageData(Math.round(x), Math.round(y), 1, 1).data].slice(0, 3));
    },
    [png, points],
  );
}

/** A picture file, made by the browser itself, its left half orange: its bytes in base64. */
export const pictureFile = (page, width, height, type) =>
  page.evaluate(
    async ([width, height, type]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.fillStyle = "rgb(255, 128, 0)";
      context.fillRect(0, 0, width / 2, height);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
      let text = "";
      for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      return btoa(text);
    },
    [width, height, type],
  );

/** Opens a file as a reader does who chooses it. */
export const choosePicture = async (page, name, mimeType, base64) =>
  page.locator('input[type="file"][accept^="image/*"]').setInputFiles({ name, mimeType, buffer: Buffer.from(base64, "base64") });

/** What a trace tells of the page's main thread: the one with the most animation frames. */
export function onMainThread(events) {
  const counts = new Map();
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  for (const event of events) {
    if (event.name === "FireAnimationFrame") counts.set(thread(event), (counts.get(thread(event)) ?? 0) + 1);
  }
  const [main] = [...counts.entries()].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (!main) throw new Error("The trace holds no animation frames.");
  return events.filter((event) => thread(event) === main);
}

/** The main thread's tasks meanwhile, in milliseconds of its own time: what another process took of its core does not count. */
export async function tasksDuring(site, page, act) {
  await site.browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await act();
  const tasks = onMainThread(JSON.parse(await site.browser.stopTracing()).traceEvents).filter(({ name, ph }) => name === "RunTask" && ph === "X");
  return tasks.map(({ dur, tdur = dur }) => tdur / 1000);
}

/** What axe finds wrong with the page as it stands: one line per rule, with the elements that break it. */
export async function axe(page) {
  await page.evaluate(AXE_SOURCE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const AXE_SOURCE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
