import assert from "node:assert/strict";
import { after } from "node:test";
import { axe, openSite, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

test("the page starts and asks for nothing but its own files", async (t) => {
  const page = await site.openPage(t);
  await started(page);
  assert.match(await page.title(), /^Layerscope/);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
  assert.equal(await page.getByText("Loading …").count(), 0);
});

test("without WebAssembly the page says what it needs", async (t) => {
  const page = await site.openPage(t, { path: "about:blank" });
  await page.addInitScript(() => delete globalThis.WebAssembly);
  await page.goto(`${site.origin}/index.html`);
  await page.getByText("It needs a browser with WebAssembly").waitFor();
  assert.equal(page.problems.length, 1);
  page.problems.length = 0;
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing on the home page, ${theme}`, async (t) => {
    const page = await site.openPage(t, { theme });
    await started(page);
    assert.deepEqual(await axe(page), []);
  });
}
