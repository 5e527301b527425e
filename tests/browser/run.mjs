// Plays the first three steps of the story of two servers in a real browser: once with scripts, once without. Then hands an
// invitation over in every way that people have, does what people do with their connections, settings and mails and what
// administrators do, and looks at every page in German and in Chinese.
//
// SYMBOLON_BIN names the binary (default: target/debug/symbolon), CHROMIUM the browser in which people do all this (default:
// /usr/bin/chromium), CHROMIUM_SHELL one that may do without windows, for looking at what they saw (default: CHROMIUM).
// Names of plays as arguments leave out the others. Pictures go to target/screenshots: of what a play shows in a folder for
// each play, of every page in light and dark, narrow and wide, in `pages`. The last line is `N passed, N failed`; the exit
// code tells the same.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

import { admin } from "./admin.mjs";
import { Examiner } from "./examiner.mjs";
import { startServers } from "./servers.mjs";
import { startPost } from "./post.mjs";
import { startService } from "./service.mjs";
import { Visitor } from "./visitor.mjs";
import { byKeyboard, handover, together } from "./handover.mjs";
import { light } from "./light.mjs";
import { howLive } from "./live.mjs";
import { languages, mailInLanguages } from "./languages.mjs";
import { logIn } from "./log-in.mjs";
import { mail } from "./mail.mjs";
import { people } from "./people.mjs";
import { story } from "./story.mjs";

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";

/** How long the browser waits for anything that a page should show, in milliseconds. */
const PATIENCE = 10_000;

const totals = { passed: 0, failed: 0, skipped: 0 };
const cleanups = [];
const lastCleanups = [];
let lookingBrowser;
const examiner = new Examiner();

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  process.once(signal, () => cleanUp(cleanups, lastCleanups).finally(() => process.exit(code)));
}

try {
  await play({ name: "light", javaScriptEnabled: true, tells: light });
  await play({ name: "with-scripts", javaScriptEnabled: true, tells: story });
  await play({ name: "without-scripts", javaScriptEnabled: false, tells: story });
  await play({ name: "handover", javaScriptEnabled: true, tells: handover, width: 1440 });
  await play({ name: "handover-without-scripts", javaScriptEnabled: false, tells: handover, width: 360 });
  await play({ name: "handover-zh-CN", javaScriptEnabled: true, tells: handover, width: 360, locale: "zh-CN" });
  await play({ name: "keyboard", javaScriptEnabled: true, tells: byKeyboard });
  await play({ name: "many-pages", javaScriptEnabled: true, tells: together });
  await play({ name: "people", javaScriptEnabled: true, tells: people, refuses: true });
  await play({ name: "people-without-scripts", javaScriptEnabled: false, tells: people, refuses: true, width: 360 });
  await play({ name: "mail", javaScriptEnabled: true, tells: mail, starts: startPost, refuses: true, width: 1440 });
  await play({ name: "mail-without-scripts", javaScriptEnabled: false, tells: mail, starts: startPost, refuses: true, width: 360 });
  await play({ name: "log-in-service", javaScriptEnabled: true, tells: logIn, starts: startService, refuses: true });
  await play({ name: "log-in-service-without-scripts", javaScriptEnabled: false, tells: logIn, starts: startService, width: 360 });
  await play({ name: "admin", javaScriptEnabled: true, tells: admin, width: 1440 });
  await play({ name: "admin-without-scripts", javaScriptEnabled: false, tells: admin, width: 360 });
  for (const locale of ["de-DE", "zh-CN"]) {
    await play({ name: locale, javaScriptEnabled: true, tells: languages, locale, refuses: true });
    const byMail = { tells: mailInLanguages, starts: startPost };
    await play({ name: `mail-${locale}`, javaScriptEnabled: true, ...byMail, locale, refuses: true });
  }
  if (process.argv.length === 2) {
    const state = { broken: false, visitors: {} };
    const heaviest = [...examiner.weights].sort(([, a], [, b]) => b - a)[0];
    console.log(`\nof ${examiner.weights.size} pages the heaviest weighs ${heaviest[1]} bytes: ${heaviest[0]}`);
    console.log(`what happened elsewhere showed on open pages ${howLive()}`);
    await takeStep("every page was read, and seen in every language", async () => examiner.assertNothingForgotten(), state);
  }
} finally {
  await cleanUp(cleanups, lastCleanups);
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** One play of the whole story on new servers, as `starts` makes them; a failed step ends it, and the steps after it count as skipped. */
async function play({ name, javaScriptEnabled, tells, starts = startServers, locale = "en-GB", width, refuses }) {
  if (process.argv.length > 2 && !process.argv.includes(name)) {
    return;
  }
  console.log(`\n${name}`);
  let servers;
  let browser;
  const visitors = {};
  const state = { broken: false, visitors };

  const step = (claim, check) => takeStep(claim, check, state);

  await step("the servers start and the browser opens", async () => {
    servers = await starts();
    cleanups.push(() => servers.stop());
    browser = await launch(CHROMIUM, cleanups);
    for (const user of servers.users.filter(({ name: who }) => ["bob", "carol"].includes(who))) {
      const viewport = { width: width ?? 1280, height: 800 };
      const context = await browser.newContext({ javaScriptEnabled, locale, viewport, reducedMotion: "reduce" });
      context.setDefaultTimeout(PATIENCE);
      visitors[user.name] = new Visitor(await context.newPage(), {
        ...user,
        url: servers.urlOf(user.server),
        hasScripts: javaScriptEnabled,
        width,
        pictures: name,
        examiner,
        isRefused: refuses,
      });
    }
  });

  await tells(step, visitors, { servers, locale, cleanups, glasses });

  for (const [who, visitor] of Object.entries(visitors)) {
    await step(`every page ${who} saw kept the rules for pages`, async () => visitor.assertRulesKept());
  }
  await step("axe finds nothing on any of these pages, light and dark, narrow and wide, and none is heavy", async () => {
    const complaints = await examiner.examine(await glasses());
    assert.equal(complaints.length, 0, complaints.join("\n"));
  });
  await step("the servers stop cleanly when asked", async () => {
    await browser.close();
    await servers.stop();
  });
  await cleanUp(cleanups);
}

/** A browser that knows nothing yet; `cleanups` ends it and what it has written. */
async function launch(executablePath, cleanups) {
  const profile = await mkdtemp(path.join(tmpdir(), "symbolon-browser-"));
  cleanups.push(() => rm(profile, { recursive: true, force: true }));
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS, env: { ...process.env, HOME: profile } });
  cleanups.push(() => browser.close());
  return browser;
}

/** The browser that looks at what others saw and holds the watch, one for all plays. */
async function glasses() {
  lookingBrowser ??= await launch(process.env.CHROMIUM_SHELL || CHROMIUM, lastCleanups);
  return lookingBrowser;
}

/** One claim; once one of a play has failed, the others are skipped. */
async function takeStep(claim, check, state) {
  if (state.broken) {
    totals.skipped += 1;
    console.log(`  skip  ${claim}`);
    return;
  }
  const began = performance.now();
  try {
    await check();
    totals.passed += 1;
    console.log(`  ok    ${claim} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    state.broken = true;
    totals.failed += 1;
    console.log(`  FAIL  ${claim}\n${indent(error?.message ?? String(error))}`);
    for (const visitor of Object.values(state.visitors)) {
      await visitor.picture("failed").catch(() => {});
    }
  }
}

async function cleanUp(...lists) {
  for (const cleanup of lists.flatMap((list) => list.splice(0).reverse())) {
    await Promise.resolve().then(cleanup).catch((error) => console.log(`  while cleaning up: ${error.message}`));
  }
}

function indent(text) {
  return text.replace(/^/gm, "        ");
}
