// axe finds nothing on home and on every block, both ways, in every theme. The dialogs have their own file.

import assert from "node:assert/strict";
import { after } from "node:test";
import { axe, openSite, started, test } from "./harness.mjs";

const site = await openSite();
after(() => site.close());

for (const theme of ["light", "dark", "projector"]) {
  test(`axe finds nothing, ${theme}`, async (t) => {
    const page = await site.openPage(t, { path: `index.html#/` });
    await started(page);
    const blocks = await page.locator(".station h3 a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    assert.ok(blocks.length >= 2);
    await page.getByLabel("theme").selectOption(theme);
    assert.deepEqual(await axe(page), [], "home");
    for (const block of blocks) {
      for (const pass of ["forward", "backward"]) {
        await page.goto(`${site.origin}/index.html${block}?theme=${theme}&pass=${pass}&step=1`);
        await page.locator(`.block[data-block="${block.slice(2)}"] .formula`).waitFor();
        for (const more of await page.locator("details.more").all()) await more.evaluate((details) => (details.open = true));
        assert.deepEqual(await axe(page), [], `${block} ${pass}`);
      }
    }
  });
}
