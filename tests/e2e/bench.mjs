// What bench.html measures on this machine, headless, as a table.

import { openSite } from "./harness.mjs";

const site = await openSite();
const page = await site.openPage({ after: () => {} }, { path: "bench.html" });
await page.click("#start:enabled");
await page.waitForSelector("#copy:enabled", { timeout: 300_000 });
for (const row of await page.$$eval("tr", (rows) => rows.map(({ cells }) => [...cells].map(({ textContent }) => textContent)))) {
  const [name, ...numbers] = row;
  console.log(name.padEnd(46), ...numbers.map((number) => number.padStart(24)));
}
console.log(await page.textContent("#status"));
await site.close();
