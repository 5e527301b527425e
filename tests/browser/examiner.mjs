// Looks at every page that anybody comes across in any play: keeps what the server sent, and shows it again afterwards in a
// window of its own, light and dark, narrow and wide. A page that holds nothing which its address has not shown before in
// this language is not looked at again.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request as ask } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PICTURES = fileURLToPath(new URL("../../target/screenshots/pages/", import.meta.url));

/** Every page must be seen in these; the server is asked for what no play shows. */
const LANGUAGES = ["en", "de", "zh-CN"];

const WIDTHS = [1440, 360];
const SCHEMES = ["light", "dark"];

/** Rules that colours can break. All others see the same page in light and dark. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** What a browser that knows nothing yet may have to load for a page, in bytes with headers: 60 kB. */
export const WEIGHT_MAX = 60_000;

/** How long an answer may take to be read, in milliseconds. A browser that left the page at once may never say so. */
const READ_MAX = 10_000;

/** Rings that show the focus, in pixels. */
const RING_MIN = 2;

export class Examiner {
  #seen = new Map();
  #waiting = [];
  #jobs = new Set();
  #read = new Set();
  #unread = new Set();
  /** Every page that was examined, with its weight. */
  weights = new Map();

  /** Keeps every page that a window of this browser context shows from now on, but those of `strangers`. */
  watch(context, strangers = []) {
    // A page that is loaded just before its window is closed is never read to its end, and nobody waits for that.
    const windows = new WeakMap();
    const note = (window) => windows.set(window, new Promise((done) => window.once("close", done)));
    context.pages().forEach(note);
    context.on("page", note);
    context.on("response", (response) => {
      const kind = response.headers()["content-type"] ?? "";
      if (strangers.includes(new URL(response.url()).origin)) return;
      if (response.request().isNavigationRequest() && kind.startsWith("text/html")) {
        const kept = Promise.race([this.#keep(context, response), windows.get(response.frame().page())]);
        const job = kept.finally(() => this.#jobs.delete(job));
        this.#jobs.add(job);
      }
    });
  }

  async #keep(context, response) {
    const url = new URL(response.url());
    const place = placeOf(url);
    let body, size;
    try {
      const never = new Promise((_, refuse) => setTimeout(refuse, READ_MAX, new Error("never read")).unref());
      body = await Promise.race([response.body(), never]);
      ({ responseBodySize: size } = await Promise.race([response.request().sizes(), never]));
    } catch {
      // Whoever leaves at once takes the answer along; somebody else must have stayed.
      this.#unread.add(place);
      return;
    }
    const headers = response.headers();
    this.#read.add(place);
    const fresh = this.#note({ place, url, status: response.status(), headers: plain(headers), body, size });
    if (!fresh || response.request().method() !== "GET") return;
    const cookies = await context.cookies(url.origin).catch(() => []);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    for (const language of LANGUAGES.filter((one) => one !== headers["content-language"])) {
      const answer = await get(url, {
        ...{ cookie, accept: "text/html", "accept-language": language },
        ...{ "accept-encoding": "gzip", "sec-fetch-site": "none" },
      }).catch(() => undefined);
      // Somebody may have logged out meanwhile.
      if (answer?.status === response.status()) this.#note({ place, url, ...answer });
    }
  }

  /** Whether this page holds anything that nobody has seen in this language yet. */
  #note(page) {
    const language = page.headers["content-language"];
    const name = `${language} ${page.status} ${page.place}`;
    const seen = this.#seen.get(name) ?? { parts: new Set(), pages: 0 };
    const fresh = partsOf(page.body.toString()).filter((part) => !seen.parts.has(part));
    if (fresh.length === 0) return false;
    for (const part of fresh) seen.parts.add(part);
    seen.pages += 1;
    this.#seen.set(name, seen);
    this.#waiting.push({ ...page, language, name: seen.pages === 1 ? name : `${name} (${seen.pages})` });
    return true;
  }

  /** Examines what nobody has examined yet, and says what is wrong with it. Their servers must still run. */
  async examine(browser) {
    while (this.#jobs.size > 0) await Promise.all(this.#jobs);
    const open = this.#waiting.splice(0);
    const complaints = LANGUAGES.map(async (language) => {
      const context = await browser.newContext({ locale: language, reducedMotion: "reduce" });
      const tab = await context.newPage();
      const found = [];
      for (const page of open.filter((one) => one.language === language)) {
        found.push(...(await this.#examineOne(tab, page)));
      }
      await context.close();
      return found;
    });
    return (await Promise.all(complaints)).flat();
  }

  async #examineOne(tab, page) {
    const complaints = [];
    const complain = (text) => complaints.push(`${page.name}: ${text}`);
    let weight = page.size;

    // That a page was an answer to a mistake is noted by the browser; what it must not be is told by who came across it.
    const noted = ` a status of ${page.status} `;
    const console = (message) => message.type() === "error" && !message.text().includes(noted) && complain(message.text());
    const finished = async (request) => {
      if (!request.url().includes("/assets/")) return;
      const { responseHeadersSize, responseBodySize } = await request.sizes();
      weight += responseHeadersSize + responseBodySize;
    };
    tab.on("console", console);
    const sizes = [];
    const note = (request) => sizes.push(finished(request));
    tab.on("requestfinished", note);
    await tab.unrouteAll();
    await tab.route("**", (route) => {
      const address = new URL(route.request().url());
      if (address.href === page.url.href) return route.fulfill(page);
      if (address.pathname === "/api/v1/events") return route.fulfill({ status: 204 });
      return address.host === page.url.host ? route.continue() : route.abort();
    });
    await tab.setViewportSize({ width: WIDTHS[0], height: 900 });
    await tab.goto(page.url.href, { waitUntil: "load" });
    await Promise.all(sizes);
    tab.off("requestfinished", note);
    weight += JSON.stringify(page.headers).length;
    this.weights.set(page.name, weight);
    if (weight > WEIGHT_MAX) complain(`weighs ${weight} bytes, more than ${WEIGHT_MAX}`);

    await tab.evaluate(() => {
      for (const fold of document.querySelectorAll("details")) fold.open = true;
    });
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: 900 });
      for (const scheme of SCHEMES) {
        // Colours are the same in all languages, and what only German has are long words.
        if (page.language !== "en" && scheme !== "light") continue;
        if (page.language === "de" && width !== 360) continue;
        await tab.emulateMedia({ colorScheme: scheme });
        const rules = scheme === "dark" ? OF_COLOURS : undefined;
        for (const found of await violations(tab, rules)) complain(`${width} px, ${scheme}: ${found}`);
        const file = `${page.name.replaceAll("/", "-")} ${width} ${scheme}`.replaceAll(/[ ()]+-?/g, "-");
        if (page.language === "en" || (width === 360 && scheme === "light")) {
          await tab.screenshot({ path: `${PICTURES}${file}.png`, fullPage: true });
        }
      }
    }
    for (const hidden of await hiddenFocus(tab)) complain(`does not show that it has the focus: ${hidden}`);
    // Its script asks for this page again while it is there, and would get the next one.
    await tab.goto("about:blank");
    tab.off("console", console);
    return complaints;
  }

  /** At the end of all plays: pages that nobody could read, and those that were not seen in every language. */
  assertNothingForgotten() {
    assert.deepEqual([...this.#unread].filter((place) => !this.#read.has(place)), [], "nobody stayed on these");
    const names = [...this.#seen.keys()];
    const places = (language) => {
      const all = names.filter((name) => name.startsWith(`${language} `));
      return new Set(all.map((name) => name.slice(language.length + 1)));
    };
    const [english, ...others] = LANGUAGES.map(places);
    for (const [index, other] of others.entries()) {
      const missing = [...english].filter((place) => !other.has(place));
      assert.deepEqual(missing, [], `pages that were not seen in ${LANGUAGES[index + 1]}`);
    }
  }
}

/** What axe-core finds, as sentences. */
async function violations(tab, rules) {
  const options = rules ? { runOnly: { type: "rule", values: rules } } : { rules: { "target-size": { enabled: true } } };
  if (!(await tab.evaluate(() => "axe" in window))) await tab.evaluate(AXE);
  const found = await tab.evaluate((given) => axe.run(document, { ...given, resultTypes: ["violations"] }), options);
  return found.violations.map(({ id, help, nodes }) => {
    const first = nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ""}`);
    return `${id}: ${help}: ${first.join("; ")}`;
  });
}

/** How long until a window of this browser shows anything of an address, in milliseconds: the median of several times. */
export async function firstPaint(tab, addresses, times = 7) {
  const taken = addresses.map(() => []);
  for (let count = 0; count < times; count += 1) {
    for (const [index, address] of addresses.entries()) {
      await tab.goto(address);
      const paint = await tab.evaluate(
        () =>
          new Promise((done) => {
            const observer = new PerformanceObserver((list) => done(list.getEntriesByName("first-paint")[0].startTime));
            observer.observe({ type: "paint", buffered: true });
          }),
      );
      taken[index].push(paint);
    }
  }
  return taken.map((list) => list.sort((a, b) => a - b)[Math.floor(times / 2)]);
}

/** All that is wrong with the page in a window, as it stands. */
export async function mistakes(tab) {
  return { found: await violations(tab), hidden: await hiddenFocus(tab) };
}

async function hiddenFocus(tab) {
  await tab.keyboard.press("Tab");
  return tab.evaluate(withoutRing, RING_MIN);
}

/** Everything that can have the focus and does not show it; runs in the page, after a key was pressed. */
function withoutRing(ringMin) {
  const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  return [...all]
    .filter((element) => {
      if (!element.checkVisibility() || element.disabled) return false;
      element.focus();
      if (document.activeElement !== element) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle === "none" || parseFloat(outlineWidth) < ringMin;
    })
    .map((element) => element.outerHTML.slice(0, 160));
}

/** The address of a page without what differs from one invitation, person or server to the next. */
function placeOf({ pathname }) {
  const names = pathname.split("/").map((name) => (/\d|%|[:.]|.{20}/.test(name) ? "-" : name));
  return names.join("/");
}

/** What a page is built of: its elements with their classes and kinds. */
function partsOf(html) {
  const tags = html.match(/<[a-z][a-z0-9]*(?:\s[^>]*)?/g) ?? [];
  return tags.map((tag) => {
    const [, name] = tag.match(/^<([a-z0-9]+)/);
    const kinds = ["class", "type", "name", "role"].map((key) => tag.match(new RegExp(`\\s${key}="([^"]*)"`))?.[1] ?? "");
    return `${name}.${kinds.join(".")}`;
  });
}

/** The headers of an answer whose body is unpacked. Of several of one name the browser makes lines, which it does not take back. */
function plain({ "content-encoding": _, "content-length": __, "set-cookie": ___, "transfer-encoding": ____, ...headers }) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll("\n", ", ")]));
}

function get(url, headers) {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: url.port, path: url.pathname + url.search, headers: { ...headers, host: url.host } };
    const request = ask(options, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const { statusCode: status, headers } = answer;
        const sent = Buffer.concat(chunks);
        const body = headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
        resolve({ status, headers: plain(headers), body, size: sent.length });
      });
    });
    request.setTimeout(5_000, () => request.destroy(new Error("no answer")));
    request.on("error", reject).end();
  });
}
