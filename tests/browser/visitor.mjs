// One person in front of one browser window: what they do on a page, and the rules that every page must keep meanwhile.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { cspWeaknesses } from "./csp.mjs";

const PICTURES = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

/** Pages with neither links that let in, nor codes, nor passwords. */
const HOLDS_NO_SECRET =
  /^\/(connections(\/[^/]+)?|acceptances\/[^/]+|settings|errors|admin(\/(servers(\/[^/]+)?|deliveries|people|audit))?)$/;

/** Widths at which pages are looked at: a narrow phone and a desk. */
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

export class Visitor {
  /**
   * `about` is one user of the demo, with `url` of their server, `pictures`, the folder for screenshots, `examiner`, who
   * looks at what they saw, `isRefused` if they try out what goes wrong, and `width`, if the desk is not as wide as
   * others'.
   */
  constructor(page, about) {
    this.page = page;
    this.about = about;
    this.complaints = [];
    this.pictureCount = 0;
    this.desk = { ...DESK, width: about.width ?? DESK.width };
    /** Servers that this person visits by themselves; no page may ask another one. */
    this.visits = [about.url];
    /** Those among them whose pages are not ours, and may do as they like. */
    this.strangers = [];
    about.examiner.watch(page.context(), this.strangers);
    this.#watch();
  }

  #watch() {
    const isStranger = (url) => this.strangers.includes(new URL(url).origin);
    const complain = (text) => {
      if (!isStranger(this.page.url())) this.complaints.push(`${text} (on ${this.page.url()})`);
    };
    this.page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:" && !this.visits.some((visited) => new URL(visited).host === url.host)) {
        complain(`asked another host: ${request.url()}`);
      }
    });
    this.page.on("console", (message) => {
      // Whoever tries out what goes wrong is refused, which the browser notes.
      const refused = this.about.isRefused && / a status of (4\d\d|50[24]) /.test(message.text());
      if (message.type() === "error" && !refused) {
        complain(`console error: ${message.text()}`);
      }
    });
    this.page.on("pageerror", (error) => complain(`script error: ${error.message}`));
    this.page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // Leaving a page ends its event stream.
      if (reason !== "net::ERR_ABORTED") {
        complain(`request failed: ${request.url()}: ${reason}`);
      }
    });
    this.page.on("response", (response) => {
      const headers = response.headers();
      // 502 and 504 are what is said of another server.
      if (response.status() >= 500 && !(this.about.isRefused && [502, 504].includes(response.status()))) {
        complain(`${response.url()} answered ${response.status()}`);
      }
      if ((headers["content-type"] ?? "").startsWith("text/html") && !isStranger(response.url())) {
        for (const weakness of cspWeaknesses(headers["content-security-policy"])) {
          complain(`${response.url()}: Content-Security-Policy ${weakness}`);
        }
        // Lengths of what is compressed tell of what is in it, and other pages hold links, codes and passwords.
        if (headers["content-encoding"] && !HOLDS_NO_SECRET.test(new URL(response.url()).pathname)) {
          complain(`${response.url()} is compressed`);
        }
        if (headers["x-content-type-options"] !== "nosniff") {
          complain(`${response.url()}: X-Content-Type-Options is not nosniff`);
        }
      }
    });
  }

  assertRulesKept() {
    assert.deepEqual(this.complaints, []);
  }

  async open(address) {
    const response = await this.page.goto(new URL(address, this.about.url).href);
    assert.equal(response.status(), 200, `${address} answered ${response.status()}`);
  }

  async follow(name) {
    await this.page.getByRole("navigation").getByRole("link", { name, exact: true }).first().click();
    await this.page.waitForLoadState();
  }

  async press(name) {
    await this.button(name).click();
    await this.page.waitForLoadState();
  }

  /** Accepts what is pasted into the box that is on the screen: a look first, with a click where there is no script. */
  async accept(pasted) {
    await this.page.fill("#invitation", pasted);
    const connect = this.page.locator("#look button.primary:not([formaction])");
    if (!this.about.hasScripts) {
      await this.page.locator('#look button[formaction="/accept/look"]').click();
    }
    await connect.click();
    await this.page.waitForLoadState();
  }

  /** Moves from one thing to press or fill in to the next, as with the Tab key alone, until `selector` has the focus. */
  async tabTo(selector) {
    for (let count = 0; count < 80; count += 1) {
      await this.page.keyboard.press("Tab");
      const [there, seen] = await this.page.evaluate((wanted) => {
        const { activeElement } = document;
        const shown = activeElement === document.body || getComputedStyle(activeElement).outlineStyle;
        return [activeElement.matches(wanted), shown];
      }, selector);
      assert.notEqual(seen, "none", "what has the focus does not show it");
      if (there) return;
    }
    assert.fail(`the Tab key does not lead to ${selector}`);
  }

  /** Sends the form that leads to `address`, whatever its button is called. */
  async submit(address) {
    await this.page.locator(`main form[action="${address}"] button`).first().click();
    await this.page.waitForLoadState();
  }

  /** Loads the connections page again and again until something is on it. */
  async waitUntilFound(selector) {
    const started = performance.now();
    do {
      assert.ok(performance.now() - started < 10_000, `there is no ${selector}`);
      await this.open("/connections");
    } while ((await this.page.locator(selector).count()) === 0);
  }

  button(name) {
    return this.page.getByRole("main").getByRole("button", { name, exact: true });
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Fills in the log-in form that is on the screen now. */
  async logIn() {
    await this.field("User name").fill(this.about.name);
    await this.field("Password").fill(this.about.password);
    await this.picture("log-in");
    await this.page.getByRole("button", { name: "Log in", exact: true }).click();
    await this.page.getByRole("button", { name: "Log out", exact: true }).waitFor();
  }

  async logOut() {
    await this.page.getByRole("button", { name: "Log out", exact: true }).click();
    await this.field("Password").waitFor();
  }

  /** The entries of people one is connected with that name this person, as the page shows them when it is loaded anew. */
  async listed(person) {
    await this.open("/");
    await this.follow("Connections");
    const entries = this.page.getByRole("main").locator("li:not(.past li)");
    return entries.filter({ hasText: new RegExp(person, "i"), visible: true });
  }

  /** Loads the connections page again and again until it names this person so often; fails after `millis`. */
  async waitUntilListed(person, times, millis) {
    const started = performance.now();
    let entries = await this.listed(person);
    while ((await entries.count()) !== times) {
      const elapsed = performance.now() - started;
      assert.ok(elapsed < millis, `${person} is listed ${await entries.count()} times after ${Math.round(elapsed)} ms`);
      await this.page.reload();
    }
    return entries;
  }

  /** Where the next picture goes, without its ending. */
  file(name) {
    this.pictureCount += 1;
    const number = String(this.pictureCount).padStart(2, "0");
    return `${PICTURES}${this.about.pictures}/${this.about.name}-${number}-${name}`;
  }

  /** Takes a picture for people to look at, and checks what can be measured on any page. Dark ones are the examiner's. */
  async picture(name) {
    const file = this.file(name);
    await this.page.setViewportSize(PHONE);
    const facts = await this.page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      language: document.documentElement.lang,
      title: document.title,
      headings: document.querySelectorAll("h1").length,
      outside: [...document.querySelectorAll("main button, main .button")]
        .filter((button) => {
          // What is folded away has no place yet.
          if (!button.checkVisibility()) return false;
          const frame = button.closest(".card, .list, .told")?.getBoundingClientRect();
          return frame && button.getBoundingClientRect().width > 1 && button.getBoundingClientRect().right > frame.right - 6;
        })
        .map((button) => button.innerText),
    }));
    await this.page.screenshot({ path: `${file}-phone.png`, fullPage: true });
    await this.page.setViewportSize(this.desk);
    await this.page.screenshot({ path: `${file}.png`, fullPage: true });
    assert.ok(facts.width <= PHONE.width, `the page \`${name}\` is ${facts.width} pixels wide on a phone of ${PHONE.width}`);
    assert.deepEqual(facts.outside, [], `on the page \`${name}\` these stick out of their frame`);
    assert.ok(facts.language, `the page \`${name}\` does not say its language`);
    assert.ok(facts.title, `the page \`${name}\` has no title`);
    assert.equal(facts.headings, 1, `the page \`${name}\` has ${facts.headings} main headings`);
  }
}
