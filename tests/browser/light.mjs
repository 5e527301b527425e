// How light the pages are, and that whoever looks at them (examiner.mjs) sees what is wrong.

import assert from "node:assert/strict";

import { firstPaint, mistakes } from "./examiner.mjs";

/** Something must be on the screen after this time, in milliseconds. */
const PAINT_MAX = 100;

/**
 * Busy and slow machines take long for any page. There, a page may take so many times as long as one of two letters does,
 * which a quiet desktop paints in less than 40 ms.
 */
const PAINT_FACTOR = 2.5;

const PAGES = ["/connections", "/invitations", "/accept", "/settings"];

export async function light(step, { bob }) {
  await step(`half of all times, a page is on the screen within ${PAINT_MAX} ms`, async () => {
    await bob.open("/");
    await bob.logIn();
    const addresses = ["/healthz", ...PAGES].map((address) => bob.about.url + address);
    const tab = await bob.page.context().newPage();
    const [bare, ...taken] = await firstPaint(tab, addresses);
    await tab.close();
    const budget = Math.max(PAINT_MAX, PAINT_FACTOR * bare);
    const said = PAGES.map((page, index) => `${page} ${taken[index].toFixed(0)}`).join(", ");
    console.log(`        ms: ${said}; two letters ${bare.toFixed(0)}`);
    assert.ok(Math.max(...taken) < budget, `milliseconds: ${said}; allowed are ${budget.toFixed(0)}`);
  });

  await step("a page with a mistake in every rule is found out", async () => {
    const context = await bob.page.context().browser().newContext();
    const tab = await context.newPage();
    await tab.setContent(`<!DOCTYPE html><title>x</title><body><main><h1>x</h1>
      <style>p { color: #aaa; background: #fff } a { outline: none !important }</style>
      <p>pale <input> <img src="data:,"> <a href="/">x</a></p></main>`);
    const { found, hidden } = await mistakes(tab);
    for (const rule of ["color-contrast", "html-has-lang", "image-alt", "label"]) {
      assert.ok(found.some((one) => one.startsWith(`${rule}:`)), `${rule} is not found in ${found.join("\n")}`);
    }
    assert.ok(hidden.some((one) => one.startsWith("<a")), "the focus that is not shown is not found");
    await context.close();
  });
}
