// The blocks on graphs: nodes and edges in the reader's hands, by mouse, by touch and by keys, and graphs out of files and into them.

import assert from "node:assert/strict";
import { after } from "node:test";
import { openSite, painted, place, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

const BLOCKS = ["graph", "message-passing", "gcn"];

/** Three nodes: an edge from the first to the second, one from there to the third. */
const PATH = "graph=path&nodes=3&places=0.1,0.1,0.9,0.1,0.5,0.9";

const open = async (t, hash, options = {}) => {
  const page = await site.openPage(t, { path: `index.html#/${hash}`, height: 1400, ...options });
  await page.locator(".block .formula").waitFor();
  return page;
};

/** Where the knob of a node is, from which edges are led. */
const knob = ({ x, y, radius }) => ({ x: x - radius, y: y - radius });

/** What the mouse does: the node is pointed at first, so that its knob is there. */
const lead = async (page, node, to) => {
  const from = await place(page, node);
  await page.mouse.move(from.x, from.y);
  await painted(page);
  await drag(page, knob(from), to);
};

const drag = async (page, from, to) => {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const part of [0.3, 0.7, 1]) await page.mouse.move(from.x + part * (to.x - from.x), from.y + part * (to.y - from.y));
  await page.mouse.up();
};

/** What the fingers do, one after the other. */
const touches = async (page) => {
  const session = await page.context().newCDPSession(page);
  const send = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  const drag = async (from, to) => {
    await send("touchStart", from);
    for (const part of [0.3, 0.7, 1]) await send("touchMove", { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) });
    await send("touchEnd");
  };
  const tap = async (at) => {
    await send("touchStart", at);
    await send("touchEnd");
  };
  return { drag, tap };
};

/** Waits until the address says so; a setting that it does not name is as always. */
const says = (page, expected) =>
  page.waitForURL(({ hash }) => {
    const pairs = new URLSearchParams(hash.split("?")[1] ?? "");
    return Object.entries(expected).every(([key, value]) => (value instanceof RegExp ? value.test(pairs.get(key)) : pairs.get(key) === value));
  });

const openFile = (page, name, text) => page.locator('input[type="file"][accept*=".csv"]').first().setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

/** The text of an export, as its field shows it. */
const exported = async (page, label) => {
  await page.getByRole("button", { name: "Export" }).click();
  const text = await page.getByRole("textbox", { name: label }).inputValue();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  return text;
};

const undo = (page) => page.getByRole("button", { name: "undo" }).click();
const notice = (page, text) => page.locator(".notice li", { hasText: text }).waitFor();

for (const block of BLOCKS) {
  test(`${block}: a node is added, joined, moved, and taken away`, async (t) => {
    const page = await open(t, `${block}?${PATH}`);
    const [first, last] = [await place(page, "node.0"), await place(page, "node.2")];
    await lead(page, "node.0", { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 });
    await says(page, { graph: "own", nodes: "4", edges: "0-1,1-2,0-3" });
    await lead(page, "node.3", await place(page, "node.2"));
    await says(page, { edges: "0-1,1-2,0-3,3-2" });
    const before = await place(page, "node.3");
    await drag(page, before, { x: before.x + 24, y: before.y + 16 });
    const moved = await place(page, "node.3");
    assert.ok(Math.hypot(moved.x - before.x - 24, moved.y - before.y - 16) < 2, "the node is where it was let go");
    await page.mouse.move(5, 5);
    const gone = await place(page, "node.1");
    await page.locator("[data-picture] canvas").focus();
    await page.mouse.move(gone.x, gone.y);
    await page.keyboard.press("Delete");
    await says(page, { nodes: "3", edges: "0-2,2-1" });
    for (let undone = 0; undone < 4; undone++) await undo(page);
    await says(page, { graph: "path", edges: null, places: "0.1,0.1,0.9,0.1,0.5,0.9" });
  });

  test(`${block}: a line follows the hand that leads an edge, and the same hand parts`, async (t) => {
    const page = await open(t, `${block}?${PATH}`);
    const shown = async () => {
      await painted(page);
      return page.locator("[data-picture] canvas").evaluate((canvas) => canvas.toDataURL());
    };
    const [from, to] = [await place(page, "node.0"), await place(page, "node.1")];
    await page.mouse.move(from.x, from.y);
    await painted(page);
    const start = knob(from);
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    const seen = new Set([await shown()]);
    for (const part of [0.4, 0.6, 1]) {
      await page.mouse.move(start.x + part * (to.x - start.x), start.y + part * (to.y - start.y));
      seen.add(await shown());
    }
    assert.equal(seen.size, 4, "another picture wherever the hand is");
    await page.mouse.up();
    await says(page, { graph: "own", edges: "1-2" });
  });

  test(`${block}: edges are made and taken away by keys, in the matrix that is shown`, async (t) => {
    const matrix = block === "gcn" ? "adjacency" : "edges";
    const page = await open(t, `${block}?${PATH}&focus=${matrix}.0.2`);
    await painted(page);
    await page.locator("[data-picture] canvas").focus();
    await page.keyboard.press("+");
    await says(page, { edges: "0-1,1-2,2-0" });
    await page.keyboard.press("-");
    await says(page, { edges: "0-1,1-2" });
    await page.keyboard.press("Enter");
    await page.locator("input.cell-editor").fill("1");
    await page.keyboard.press("Enter");
    await says(page, { edges: "0-1,1-2,2-0" });
    assert.equal(await page.locator(".notice").count(), 0, "an edge is joined as it was asked for");
    await page.keyboard.press("ArrowLeft");
    await says(page, { focus: `${matrix}.0.1` });
    await page.keyboard.press("Enter");
    await page.locator("input.cell-editor").fill("0");
    await page.keyboard.press("Enter");
    await says(page, { edges: "1-2,2-0" });
    await page.keyboard.press("Control+z");
    await says(page, { edges: "0-1,1-2,2-0" });
  });

  test(`${block}: a list of edges is opened, and the line that is none is named`, async (t) => {
    const page = await open(t, block);
    await openFile(page, "own.csv", "# directed\nsource,target\n0,1\n0\n1,2\n3,0\n");
    await notice(page, "own.csv: line 4: “0” is no edge; it takes source, target.");
    await says(page, { graph: "own", nodes: "4", edges: "0-1,1-2,3-0", directed: "1" });
    await page.locator(".facts", { hasText: "4 nodes, 3 edges" }).waitFor();
    await undo(page);
    await says(page, { graph: null, edges: null, directed: null });
  });

  test(`${block}: node-link JSON is opened with its features; what is exported is the same graph`, async (t) => {
    const page = await open(t, block);
    const node = (id, x, y, ...features) => ({ id, x, y, features });
    const nodes = [node(0, 0, 0, 1.5, -2, 0.25), node(1, 1, 0.5, 0, 1, 0), node(2, 0.25, 1, 3, 0, -1e-7)];
    const links = [{ source: 0, target: 1 }, { source: 2, target: 1 }];
    await openFile(page, "own.json", JSON.stringify({ directed: false, nodes, links }));
    const numbers = "input.0.0=1.5,input.0.1=-2,input.0.2=0.25,input.1.0=0,input.1.1=1,input.1.2=0,input.2.0=3,input.2.1=0,input.2.2=-1e-7";
    const own = { graph: "own", nodes: "3", edges: "0-1,2-1", features: "3", places: "0,0,1,0.5,0.25,1", numbers };
    await says(page, own);
    const [csv, json] = [await exported(page, "Edges (CSV)"), await exported(page, "Nodes and edges (node-link JSON)")];
    await page.getByRole("button", { name: "Reset" }).click();
    await says(page, { graph: null });
    await openFile(page, "again.csv", csv);
    await says(page, { graph: "own", nodes: "3", edges: "0-1,2-1", features: null });
    await openFile(page, "again.json", json);
    await says(page, own);
    assert.equal(await page.locator(".notice").count(), 0);
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await page.locator(".facts", { hasText: "3 nodes, 2 edges" }).waitFor();
    await says(page, own);
  });

  test(`${block}: a graph is edited by touch`, async (t) => {
    const page = await open(t, `${block}?graph=ring&nodes=4`, { hasTouch: true });
    const { drag, tap } = await touches(page);
    const node = await place(page, "node.0");
    await drag(node, { x: node.x + 20, y: node.y + 30 });
    await says(page, { places: /^0\./ });
    await tap(await place(page, "node.2"));
    // Where a tap begins walks at a node, the next one chooses it.
    if (block === "graph") {
      await says(page, { from: "2" });
      await tap(await place(page, "node.2"));
    }
    await says(page, { focus: "node.2" });
    await drag(knob(await place(page, "node.2")), await place(page, "node.0"));
    await says(page, { graph: "own", edges: "0-1,1-2,2-3,3-0,2-0" });
  });
}

test("a file is dropped and pasted", async (t) => {
  const page = await open(t, "gcn");
  for (const [kind, text, edges] of [
    ["drop", "0,1\n1,2\n", "0-1,1-2"],
    ["paste", "0,1\n1,2\n2,0\n", "0-1,1-2,2-0"],
  ]) {
    await page.evaluate(
      ([kind, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "own.csv", { type: "text/csv" }));
        const options = { bubbles: true, cancelable: true };
        const event = kind === "drop" ? new DragEvent("drop", { ...options, dataTransfer: data }) : new ClipboardEvent("paste", { ...options, clipboardData: data });
        document.querySelector("[data-picture] canvas").dispatchEvent(event);
      },
      [kind, text],
    );
    await says(page, { graph: "own", edges });
  }
});

test("a file that does not fit gets a sentence, and nothing changes", async (t) => {
  const page = await open(t, "message-passing");
  const star = Array.from({ length: 60 }, (_, node) => `0,${node + 1}\n`).join("");
  for (const [name, text, sentence] of [
    ["large.csv", star, "large.csv: it has 61 nodes; from 1 to 49 fit here."],
    ["empty.txt", "", "empty.txt: it has 0 nodes; from 1 to 49 fit here."],
    ["broken.json", '{"nodes": [', "broken.json: it is no JSON: EOF while parsing a list at line 1 column 11."],
    ["huge.csv", "0,1\n".repeat(4_000_001), "huge.csv is too large; a text of at most 16 MB is read."],
  ]) {
    await openFile(page, name, text);
    await notice(page, sentence);
    assert.ok(await page.getByRole("button", { name: "undo" }).isDisabled(), `${name} leaves nothing to undo`);
  }
});

test("a network is trained in the page: its epochs play, stop, and are gone to on the curve", async (t) => {
  const page = await open(t, "gcn?preset=trained");
  const epochs = page.locator(".slider", { has: page.locator('[data-key="epochs"]') }).locator("output");
  const says = (text) => epochs.filter({ hasText: text }).waitFor();
  await says(/^200$/);
  await page.getByRole("button", { name: "Play epochs" }).click();
  await says(/^[1-9][0-9]?$/);
  await page.getByRole("button", { name: "Pause epochs" }).click();
  await page.getByRole("button", { name: "Play epochs" }).waitFor();
  const curve = await place(page, "loss.40");
  await page.mouse.click(curve.x, curve.y);
  await says(/^40$/);
  const { x, y } = await place(page, "loss.40");
  await page.mouse.move(x, y);
  await page.locator(".block .formula", { hasText: "softmax" }).waitFor();
});
