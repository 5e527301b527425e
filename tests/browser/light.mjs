// How light the pages are, and that whoever looks at them (examiner.mjs) sees what is wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

import { firstStep, oneTimeCode } from "./app.mjs";
import { firstPaint, mistakes } from "./examiner.mjs";
import { ROOT } from "./started.mjs";

/** Something must be on the screen after this time, in milliseconds. */
const PAINT_MAX = 100;

/**
 * Busy and slow machines take long for any page. There, a page may take so many times as long as one of two letters does,
 * which a browser without windows paints in less than 40 ms: with it, this is the same 100 ms.
 */
const PAINT_FACTOR = 2.5;

/** How often each page is opened, and how often one that was late: a machine may stand still for a moment. */
const TIMES = 3;
const TIMES_OF_LATE = 9;

/** What nobody looks at, with the reason. */
const NO_PAGES = {
  "/": "leads to the connections",
  "/login/oidc": "leads to the log-in service",
  "/settings/copy/{format}": "is saved",
  "/assets/{name}": "belongs to pages",
};

/** The addresses under which the server has pages, with their variable parts in braces. */
function kinds() {
  const sources = ["mod.rs", "admin/mod.rs"].map((file) => readFileSync(path.join(ROOT, "crates/server/src/web", file), "utf8"));
  const routes = sources.flatMap((source) => [...source.matchAll(/\.route\(\s*"([^"]+)",\s*(?:small\()?get\(/g)]);
  assert.ok(routes.length > 30, `only ${routes.length} pages are found`);
  return routes.map(([, route]) => route).filter((route) => !(route in NO_PAGES));
}

export async function light(step, { bob, carol }, { servers, glasses }) {
  const dog = encodeURIComponent(new URL(servers.urlOf("dog")).host);
  /** Addresses by who looks at them. */
  const seen = [];

  await step("bob and carol are connected and have every kind of page", async () => {
    for (const visitor of [bob, carol]) {
      await visitor.open("/");
      await visitor.logIn();
    }
    await bob.open("/invitations");
    await bob.press("Create invitation");
    const invitation = new URL(bob.page.url()).pathname;
    const link = new URL(await bob.page.inputValue("#link"));
    const code = await bob.page.inputValue("#code");
    await carol.open("/accept");
    await carol.accept(code);
    await carol.page.locator("main a.primary").waitFor();
    const acceptance = new URL(carol.page.url()).pathname;
    await bob.waitUntilFound('main a[href$="/disconnect"]');
    const disconnect = await bob.page.locator('main a[href$="/disconnect"]').first().getAttribute("href");
    await bob.open("/admin/people");
    const person = await bob.page.locator('main a[href^="/admin/people/"]:not([href$="/new"])').first().getAttribute("href");
    const admin = ["", "/servers", `/servers/${dog}`, "/deliveries", "/people", "/people/new", "/audit", "/doctor"];
    seen.push([bob, ["/connections", disconnect.replace(/\/disconnect$/, ""), disconnect, "/invitations", invitation, "/accept"]]);
    seen.push([bob, ["/settings", "/settings/second-factor", "/settings/leave", `/servers/${dog}/check`, "/errors"]]);
    seen.push([bob, [...admin.map((page) => `/admin${page}`), person, `${person}/delete`]]);
    seen.push([carol, [acceptance, "/settings/email?token=nothing"]]);
    const stranger = await (await bob.page.context().browser().newContext()).newPage();
    seen.push([{ page: stranger, about: bob.about }, ["/login", link.pathname + link.search, "/left"]]);
  });

  await step("whoever logs in in two steps has a page between them", async () => {
    const { page } = carol;
    await carol.open("/settings/second-factor");
    await page.fill("#code", oneTimeCode((await page.inputValue("#secret")).replaceAll(" ", "")));
    await page.fill("#password", carol.about.password);
    await carol.submit("/settings/second-factor");
    await page.locator("#codes").waitFor();
    const halfWay = await (await page.context().browser().newContext()).newPage();
    const submit = async (address) => {
      await halfWay.locator(`main form[action="${address}"] button`).first().click();
      await halfWay.waitForURL(/login\/code/);
    };
    const open = (address) => halfWay.goto(carol.about.url + address);
    await firstStep({ page: halfWay, about: carol.about, open, submit });
    seen.push([{ page: halfWay, about: carol.about }, ["/login/code"]]);
  });

  await step("every kind of page that there is is looked at", async () => {
    const addresses = seen.flatMap(([, pages]) => pages.map((page) => page.split("?")[0]));
    const forgotten = kinds().filter((kind) => {
      const pattern = new RegExp(`^${kind.replace(/\{\w+\}/g, "[^/]+")}$`);
      return !addresses.some((address) => pattern.test(address) && (kind.includes("{") || kind === address));
    });
    assert.deepEqual(forgotten, []);
  });

  await step(`half of all times, each page is on the screen within ${PAINT_MAX} ms`, async () => {
    const bare = [];
    const taken = [];
    const browser = await glasses();
    for (const [{ page, about }, pages] of seen) {
      // Nobody looks over their shoulder there: what they open is examined in other plays.
      const storageState = await page.context().storageState();
      const context = await browser.newContext({ storageState });
      const addresses = ["/healthz", ...pages].map((address) => about.url + address);
      const tab = await context.newPage();
      const first = await firstPaint(tab, addresses, TIMES);
      const isLate = (_, index) => first[index] >= PAINT_MAX;
      const again = await firstPaint(tab, addresses.filter(isLate), TIMES_OF_LATE);
      const [letters, ...times] = first.map((time, index) => (isLate(time, index) ? again.shift() : time));
      await context.close();
      bare.push(letters);
      taken.push(...pages.map((address, index) => [address, times[index]]));
    }
    taken.sort(([, one], [, other]) => other - one);
    const two = Math.max(...bare);
    const budget = Math.max(PAINT_MAX, PAINT_FACTOR * two);
    const said = taken.map(([address, time]) => `${address} ${time.toFixed(0)}`);
    console.log(`        ms: ${said.slice(0, 5).join(", ")}; two letters ${two.toFixed(0)}`);
    const late = taken.filter(([, time]) => time >= budget);
    assert.deepEqual(late, [], `allowed are ${budget.toFixed(0)} ms: ${said.join(", ")}`);
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
