// Every page in a language other than English: no page is wider than a phone, and none falls back into English.

import assert from "node:assert/strict";

import { firstStep, turnOn } from "./app.mjs";
import { check } from "./check.mjs";

/** Words that a page in another language holds only if something was not translated. */
const ENGLISH = /\b(the|and|your|with|invitation|invitations|server|connections|settings|password|disconnect)\b/gi;

/** What English pages and others share: names, codes, and words that German has taken over. */
const SHARED = { "de-DE": /\b(Server)\b/g, "zh-CN": /(?!)/g };

/** Looks at a page: whether it speaks this language, all of it. */
function looksIn(locale) {
  const tag = tagOf(locale);
  return async (visitor, name) => {
    const language = await visitor.page.evaluate(() => document.documentElement.lang);
    assert.equal(language, tag, `the page \`${name}\` speaks ${language}`);
    const text = await visitor.page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const secret of copy.querySelectorAll("code, script, bdi")) secret.remove();
      return copy.innerText;
    });
    const words = text.replace(SHARED[locale], "").match(ENGLISH) ?? [];
    assert.deepEqual(words, [], `the page \`${name}\` says English words`);
    await visitor.picture(name);
  };
}

const tagOf = (locale) => (locale === "de-DE" ? "de" : locale);

export async function languages(step, visitors, { servers, locale }) {
  const { bob, carol } = visitors;
  const tag = tagOf(locale);
  let link;
  let code;

  const look = looksIn(locale);

  if (tag === "zh-CN") await step("the browser has letters for Chinese, so that pictures show more than boxes", async () => {
    const [one, other] = await bob.page.evaluate(() => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.font = "40px system-ui, sans-serif";
      return Array.from("连接", (letter) => {
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.fillText(letter, 20, 60);
        return pen.getImageData(0, 0, canvas.width, canvas.height).data.join();
      });
    });
    assert.notEqual(one, other, "no font has Chinese: on Debian, install fontconfig and fonts-wqy-microhei");
  });

  await step("both log in, and every page speaks their language", async () => {
    for (const visitor of [bob, carol]) {
      await visitor.open("/login");
      await look(visitor, "log-in");
      await visitor.page.fill("#name", visitor.about.name);
      await visitor.page.fill("#password", "not this one");
      await visitor.submit("/login");
      await look(visitor, "log-in-failed");
      await visitor.page.fill("#password", visitor.about.password);
      await visitor.submit("/login");
      await look(visitor, "connections-empty");
    }
    for (const page of ["", "/servers", "/deliveries", "/people", "/audit", "/doctor"]) {
      await bob.open(`/admin${page}`);
      await look(bob, `admin${page.replace("/", "-")}`);
    }
    await bob.open("/admin/people/new");
    await look(bob, "admin-add");
    await bob.page.fill("#user", "dave");
    await bob.submit("/admin/people/new");
    await look(bob, "admin-person");
    await bob.page.locator("#new-password > summary").click();
    await bob.page.locator('form[action$="/password"] button').click();
    await bob.page.waitForLoadState();
    await look(bob, "admin-password");
    await bob.page.locator('main a[href$="/delete"]').click();
    await bob.page.waitForLoadState();
    await look(bob, "admin-delete");
    for (const page of ["/invitations", "/accept", "/settings", "/errors"]) {
      await bob.open(page);
      await look(bob, page.slice(1));
    }
  });

  await step("all that an administrator can open stands in one line of the head, on a telephone too", async () => {
    const desk = bob.page.viewportSize();
    await bob.page.setViewportSize({ width: 360, height: 740 });
    for (const page of ["/connections", "/invitations", "/admin", "/accept"]) {
      await bob.open(page);
      const heights = await bob.page.locator("header .tabs a").evaluateAll((tabs) => tabs.map((tab) => tab.offsetTop));
      assert.equal(heights.length, 4);
      assert.equal(new Set(heights).size, 1, `the tabs of ${page} are in lines at ${heights}`);
    }
    // The long words are on the page itself.
    const [tab, heading] = [bob.page.locator("header .tabs [aria-current]"), bob.page.locator("h1")];
    assert.ok((await tab.innerText()).length < (await heading.innerText()).length);
    await bob.page.setViewportSize(desk);
  });

  await step("what settings answer", async () => {
    await bob.open("/settings");
    await bob.page.fill("#label", "Kalender");
    await bob.page.fill("#confirm", bob.about.password);
    await bob.submit("/settings/app-passwords");
    await look(bob, "settings-app-password");
    await bob.open("/settings");
    await bob.page.fill("#email", ".bob@example.org");
    await bob.submit("/settings/profile");
    await look(bob, "settings-refused");
    await bob.open("/settings/leave");
    await bob.page.fill("#password", "not this one");
    await bob.submit("/settings/leave");
    await look(bob, "leave-refused");
  });

  await step("logging in in two steps", async () => {
    const { codes } = await turnOn(bob, (name) => look(bob, name));
    await bob.open("/settings/second-factor");
    await look(bob, "second-factor-on");
    await bob.page.locator('form[action="/logout"] button').click();
    await firstStep(bob);
    await look(bob, "second-step");
    await bob.page.fill("#code", "1");
    await bob.submit("/login/code");
    await look(bob, "second-step-refused");
    await bob.page.locator("summary").click();
    await look(bob, "second-step-recovery");
    await bob.page.fill("#recovery", codes[0]);
    await bob.page.locator("form:has(#recovery) button").click();
    await bob.page.waitForLoadState();
    await bob.open("/settings");
  });

  await step("an invitation, where its link leads, and what goes wrong with others", async () => {
    await bob.open("/invitations");
    await bob.submit("/invitations");
    link = await bob.page.inputValue("#link");
    code = await bob.page.inputValue("#code");
    await look(bob, "invitation");
    const query = new URL(link).search;
    await carol.page.goto(`${carol.about.url}/wayf${query}`);
    await look(carol, "wayf");
    await carol.page.fill("#server", "nobody.localhost:1");
    await carol.page.locator('form[action="/wayf"] button').first().click();
    await carol.page.waitForLoadState();
    await look(carol, "wayf-not-found");
    await carol.open("/accept");
    for (const [name, pasted] of [["not-an-invitation", "https://example.org/"], ["no-server", "abcdefgh"]]) {
      await carol.page.fill("#invitation", pasted);
      await carol.submit("/accept");
      await look(carol, name);
    }
    await carol.open("/accept");
    await carol.accept("abcdefgh@nobody.localhost:1");
    await look(carol, "waiting");
    await carol.open("/connections");
    await look(carol, "connections-waiting");
    await carol.page.goto(`${carol.about.url}/connections/nothing`);
    await look(carol, "not-found");
    const cat = new URL(servers.urlOf("cat")).host;
    await carol.open("/accept");
    await carol.accept(`abcdefgh@${cat}`);
    await look(carol, "refused");
  });

  await step("connecting, the story of a connection, and disconnecting", async () => {
    await carol.open("/accept");
    await carol.page.fill("#invitation", code);
    await carol.page.locator("#leads .good").waitFor();
    await look(carol, "accept");
    await carol.accept(code);
    await look(carol, "connected");
    await bob.waitUntilFound('main a[href^="/connections/"]');
    await look(bob, "connections");
    await bob.page.locator('main a[href^="/connections/"]').first().click();
    await bob.page.waitForLoadState();
    await look(bob, "connection");
    await carol.open("/connections");
    const ending = carol.page.locator('main a[href$="/disconnect"]').first();
    await carol.page.goto(new URL(await ending.getAttribute("href"), carol.about.url).href);
    await look(carol, "disconnect");
    await carol.page.locator('form[action$="/disconnect"] button').click();
    await carol.page.waitForLoadState();
    await look(carol, "disconnected");
    await bob.open("/connections");
    await look(bob, "disconnected-there");
    await bob.open("/invitations");
    await look(bob, "invitations-past");
  });

  await step("what administrators do: messages that wait, and servers", async () => {
    await bob.open("/accept");
    await bob.accept("abcdefgh23456789@nobody.localhost:1");
    await bob.open("/admin/deliveries");
    await look(bob, "admin-deliveries-waiting");
    const gesture = async (name, selector) => {
      await bob.page.locator(selector).first().click();
      await bob.page.locator(".notice").waitFor();
      await look(bob, name);
    };
    await gesture("admin-deliveries-hurried", 'form[action$="/retry"] button');
    await bob.page.locator('details[id^="give-up-"] > summary').first().click();
    await gesture("admin-deliveries-given-up", 'form[action$="/give-up"] button');
    const dog = new URL(servers.urlOf("dog")).host;
    await bob.open(`/admin/servers/${encodeURIComponent(dog)}`);
    await gesture("admin-server-trusted", 'button[value="trusted"]');
    await gesture("admin-server-blocked", 'button[value="blocked"]');
    await gesture("admin-server-forgotten", 'form[action$="/forget"] button');
  });

  await check(step, carol, { servers, look });
}

/** What only a server that sends mail says. */
export async function mailInLanguages(step, { bob }, { locale }) {
  const look = looksIn(locale);

  await step("an invitation by mail, and an address that is refused", async () => {
    await firstStep(bob);
    await bob.open("/invitations");
    await look(bob, "invitations");
    await bob.page.fill("#email", "carol@example.org");
    await bob.submit("/invitations");
    await look(bob, "invitation-by-mail");
    await bob.page.locator("#email").evaluate((field) => (field.type = "text"));
    await bob.page.fill("#email", "carol at example.org");
    await bob.page.locator('form[action$="/mail"] button').click();
    await bob.page.locator("#email[aria-invalid]").waitFor();
    await look(bob, "mail-refused");
  });
}
