// An invitation on its way from one person to the other: by link, camera and directory, with and without scripts, by
// keyboard alone; and what happens on one server as it shows on the open pages of the other.

import assert from "node:assert/strict";

import jsQR from "jsqr";

import { startDirectory } from "./directory.mjs";
import { live } from "./live.mjs";
import { addUser } from "./started.mjs";

/** Bob's link leads carol by the directory to her own server, through the log-in, to a connection; then she ends it. */
export async function handover(step, { bob, carol }, { servers, locale, cleanups }) {
  const { hasScripts } = bob.about;
  let link;

  await step("a directory names both servers, and cat follows it", async () => {
    const listed = [
      { url: servers.urlOf("cat"), displayName: "Cat University" },
      { url: servers.urlOf("dog"), displayName: "Dog Institute" },
      { url: "https://emu.example.org", displayName: "Emu College" },
    ];
    const directory = await startDirectory(listed);
    cleanups.push(() => directory.stop());
    await directory.followedBy(servers.dataOf("cat"), servers.urlOf("cat"));
  });

  await step("bob makes an invitation for several people and gets a link, a code and a QR code of the link", async () => {
    await enter(bob, "/invitations");
    await bob.page.fill("#note", "Carol, physics workshop");
    await bob.page.selectOption("#people", "5");
    await bob.submit("/invitations");
    link = await bob.page.inputValue("#link");
    for (const colorScheme of ["light", "dark"]) {
      await bob.page.emulateMedia({ colorScheme });
      assert.equal(await readByCamera(bob), link, `a camera reads something else (${colorScheme})`);
    }
    await bob.page.emulateMedia({ colorScheme: "light" });
    // What needs a script is not offered without one.
    assert.equal((await bob.page.locator("button[data-copy]:visible").count()) > 0, hasScripts);
    await bob.picture("invitation");
  });

  await step("the link leads carol, whom cat does not know, to a list in which she finds her server", async () => {
    carol.visits.push(servers.urlOf("cat"));
    await carol.page.goto(link);
    const choices = carol.page.locator(".choices a");
    for (const until = performance.now() + 10_000; (await choices.count()) === 0; await carol.page.reload()) {
      assert.ok(performance.now() < until, "the directory is not offered");
    }
    assert.equal(await choices.filter({ hasText: "Cat University" }).count(), 0, "cat offers itself");
    await carol.picture("wayf");
    await carol.page.fill("#q", "instit");
    await carol.page.locator('form[role="search"] button').click();
    await carol.page.waitForLoadState();
    assert.deepEqual(await choices.locator("strong").allInnerTexts(), ["Dog Institute"]);
    // What was found stands behind the field for searching, which the keyboard is at.
    assert.equal(await carol.page.evaluate(() => document.activeElement.id), "q");
    await Promise.all([carol.page.waitForURL(/[?&]server=/), choices.click()]);
    await carol.picture("wayf-found");
  });

  await step("a server that is not there is told, with the code to paste instead, and is not remembered", async () => {
    const found = carol.page.url();
    carol.about.isRefused = true;
    await carol.page.goto(link);
    await carol.page.fill("#server", "carol@nobody.localhost:1");
    await carol.page.locator('form:not([role]) button').click();
    await carol.page.waitForLoadState();
    assert.ok(await carol.page.locator("#code").isVisible(), "there is no code to paste");
    await carol.picture("wayf-not-there");
    await carol.page.goto(link);
    assert.match(await carol.page.locator("main a.primary").getAttribute("href"), /server=dog\.localhost/, "dog is first");
    await carol.picture("wayf-again");
    await carol.page.goto(found);
  });

  await step("one click leads her there, the invitation survives the log-in, and nothing is accepted yet", async () => {
    await carol.page.locator("main a.primary").click();
    await carol.page.locator("#password").waitFor();
    await carol.picture("log-in");
    await carol.page.fill("#name", carol.about.name);
    await carol.page.fill("#password", carol.about.password);
    await carol.submit("/login");
    const token = new URL(link).searchParams.get("token");
    assert.ok((await carol.page.inputValue("#invitation")).includes(token), "the invitation is lost");
    await carol.page.locator("#leads .good").waitFor();
    const sees = await carol.page.locator("#look").innerText();
    for (const fact of [new URL(servers.urlOf("cat")).host, "carol@example.org"]) {
      assert.ok(sees.includes(fact), `the page does not say that ${fact} goes there`);
    }
    await carol.picture("accept");
    await bob.open("/connections");
    assert.equal(await people(bob).count(), 0);
  });

  await step("she keeps her e-mail to herself, connects, and bob's open page shows her within a second", async () => {
    if (hasScripts) await bob.page.locator("#q").focus();
    await carol.page.check("#email-none");
    await carol.page.locator("#look button.primary").click();
    await carol.page.locator("main a.primary").waitFor();
    await shows(bob, 1);
    const row = await people(bob).first().innerText();
    assert.ok(row.includes("Carol") && !row.includes("carol@example.org"), row);
    if (hasScripts) {
      const notice = await bob.page.locator("#toast").innerText();
      for (const told of ["Carol", new URL(servers.urlOf("dog")).host]) assert.ok(notice.includes(told), `${told}: ${notice}`);
      assert.equal(await bob.page.evaluate(() => document.activeElement.id), "q", "the focus was taken away");
    }
    await carol.picture("connected");
  });

  await step("one clock tells the whole story: the reader's, or that of UTC where no script knows theirs", async () => {
    const context = carol.page.context();
    const tab = await context.newPage();
    const device = await context.newCDPSession(tab);
    const timezoneId = "Asia/Kathmandu";
    await device.send("Emulation.setTimezoneOverride", { timezoneId });
    await tab.goto(carol.page.url());
    const zone = hasScripts ? timezoneId : "UTC";
    assert.equal(await tab.locator("#story").getAttribute("open"), null, "what went well is told at length");
    await tab.locator("#story > summary").click();
    const { clocks, headings, rows, isNoted } = await tab.evaluate(() => ({
      clocks: [...document.querySelectorAll(".seq-clock")].map((clock) => clock.firstChild.data),
      headings: [...document.querySelectorAll(".seq-day, .seq-clock tspan")].map((day) => day.textContent).filter(Boolean),
      rows: [...document.querySelectorAll("#story-table time")].map((time) => [time.dateTime, time.textContent]),
      isNoted: document.querySelector("[data-utc]").checkVisibility(),
    }));
    assert.ok(rows.length > 1, "there is no story");
    for (const [index, [at, text]] of rows.entries()) {
      const clock = new Date(at).toLocaleTimeString("en-GB", { timeZone: zone });
      assert.equal(clocks[index], clock);
      assert.ok(text.includes(clock), `the table says ${text}, and not ${clock}`);
      assert.equal(text.includes("UTC"), !hasScripts, text);
      assert.ok(headings.some((day) => text.startsWith(day)), `${text} is of none of these days: ${headings}`);
    }
    assert.equal(isNoted, !hasScripts, "the drawing does not say of which zone it is");
    await tab.close();
  });

  await step("bob's invitation says who came by it", async () => {
    await bob.open("/invitations");
    await bob.picture("invitations");
    await bob.page.locator('main a[href^="/invitations/"]').first().click();
    await bob.page.waitForLoadState();
    assert.match(await bob.page.locator("main").innerText(), /Carol/);
    await bob.picture("invitation-accepted");
  });

  await step("carol disconnects, and bob's open page shows it within a second", async () => {
    await bob.open("/connections");
    await shows(bob, 1);
    await carol.open("/connections");
    const ending = carol.page.locator('main a[href$="/disconnect"]').first();
    await carol.page.goto(new URL(await ending.getAttribute("href"), carol.about.url).href);
    const cat = new URL(servers.urlOf("cat")).host;
    assert.ok((await carol.page.locator("main ul").innerText()).includes(cat), "it is not said which server will be told");
    await carol.page.locator('form[action$="/disconnect"] button').click();
    await carol.page.waitForLoadState();
    await shows(bob, 0);
    await carol.page.locator(".notice", { hasText: cat }).waitFor();
    await carol.picture("disconnected");
  });

  await step("one click undoes it, and bob's open page shows her again within a second", async () => {
    await carol.page.locator("form.undo button").click();
    await carol.page.locator("main a.primary").waitFor();
    await shows(bob, 1);
    await disconnect(carol);
    await shows(bob, 0);
  });

  await step("what waits is on the accept page with what it waits for, and can be cancelled", async () => {
    await carol.open("/accept");
    await carol.accept("abcdefgh23456789@nobody.localhost:1");
    await carol.open("/accept");
    const waiting = carol.page.locator("#live li");
    assert.match(await waiting.innerText(), /nobody\.localhost:1/);
    await carol.picture("accept-waiting");
    await waiting.locator('form[action$="/cancel"] button').click();
    await carol.page.waitForLoadState();
    // A request may have left, so that what came of it is learnt first.
    await carol.open("/accept");
    assert.equal(await waiting.locator('form[action$="/cancel"]').count(), 0);
  });

  await step("what is pasted is looked at, whatever it is", async () => {
    const message = `Hi Carol,\n\n${link}\n\nBob (bob@example.org)`;
    const cat = new URL(servers.urlOf("cat")).host;
    for (const [name, pasted, state] of [
      ["message", message, ".good"],
      ["silent", "abcdefgh23456789@nobody.localhost:1", ".wait"],
      ["no-invitation", "https://example.org/", ".wait"],
    ]) {
      await carol.open("/accept");
      await carol.page.fill("#invitation", pasted);
      if (!hasScripts) await carol.page.locator('#look button[formaction="/accept/look"]').click();
      await carol.page.locator(`#leads ${state}`).waitFor();
      await carol.picture(`look-${name}`);
      if (name === "message") assert.ok((await carol.page.locator("#leads").innerText()).includes(cat));
    }
    const tag = await carol.page.evaluate(() => document.documentElement.lang);
    assert.ok(locale.startsWith(tag), `the page speaks ${tag}`);
  });

  await step("a refusal is told once, and nothing beside it says that all is well", async () => {
    await carol.open("/accept");
    await carol.accept(`abcdefgh23456789@${new URL(servers.urlOf("cat")).host}`);
    await carol.page.locator(".told").waitFor();
    assert.equal(await carol.page.locator("#leads .good, #look .primary").count(), 0);
    // A toast would be there by then.
    await carol.page.waitForTimeout(hasScripts ? 500 : 0);
    assert.equal(await carol.page.locator("#toast").innerText(), "");
    await carol.picture("refused");
  });
}

/** The same without a mouse: everything is reached by the Tab key, shows that it is, and is pressed by Enter. */
export async function byKeyboard(step, { bob, carol }) {
  const press = async (visitor, selector) => {
    await visitor.tabTo(selector);
    await Promise.all([visitor.page.waitForEvent("load"), visitor.page.keyboard.press("Enter")]);
  };
  const type = async (visitor, selector, text) => {
    await visitor.tabTo(selector);
    await visitor.page.keyboard.insertText(text);
  };
  let code;
  let link;

  const logsIn = async (visitor) => {
    // The first field gets the focus by itself.
    await visitor.page.locator("#name:focus").waitFor();
    await visitor.page.keyboard.insertText(visitor.about.name);
    await type(visitor, "#password", visitor.about.password);
    await visitor.page.keyboard.press("Enter");
    await visitor.page.locator('form[action="/logout"]').waitFor();
  };

  await step("bob logs in by keyboard", async () => {
    await bob.open("/connections");
    await logsIn(bob);
  });

  await step("bob invites by keyboard and copies the code", async () => {
    await bob.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await press(bob, '.tabs a[href="/invitations"]');
    await bob.page.locator("#note").waitFor();
    await type(bob, "#note", "Carol");
    await bob.tabTo("#people");
    await bob.page.keyboard.press("ArrowDown");
    await press(bob, 'form[action="/invitations"] button');
    await bob.page.locator("#code").waitFor();
    await bob.tabTo('button[data-copy="code"]');
    await bob.page.keyboard.press("Space");
    code = await bob.page.inputValue("#code");
    link = await bob.page.inputValue("#link");
    assert.equal(await bob.page.evaluate(() => navigator.clipboard.readText()), code);
  });

  await step("the link leads carol by her server's name and the log-in to the invitation, by keyboard", async () => {
    carol.visits.push(bob.about.url);
    await carol.page.goto(link);
    await carol.page.locator("#server:focus").waitFor();
    await carol.page.keyboard.insertText(new URL(carol.about.url).host);
    await Promise.all([carol.page.waitForEvent("load"), carol.page.keyboard.press("Enter")]);
    await press(carol, "main a.primary");
    await logsIn(carol);
    const token = new URL(link).searchParams.get("token");
    assert.ok((await carol.page.inputValue("#invitation")).includes(token), "the invitation is lost");
  });

  await step("carol pastes a code and accepts by keyboard", async () => {
    await press(carol, '.tabs a[href="/accept"]');
    await carol.page.locator("#invitation:focus").waitFor();
    await carol.page.keyboard.insertText(code);
    await carol.page.locator("#leads .good").waitFor();
    await press(carol, "#look button.primary:not([formaction])");
    await carol.page.locator("main a.primary").waitFor();
    await press(carol, "main a.primary");
    await people(carol).first().waitFor();
  });

  await step("bob's page shows it while the focus stays where it was, in the part that changes", async () => {
    const focused = () => bob.page.evaluate(() => document.activeElement.ariaLabel);
    await live((timeout) => bob.page.locator(".list li").waitFor({ timeout }));
    assert.equal(await focused(), "Copy code");
    await carol.tabTo('main a[href$="/disconnect"]');
    await carol.page.keyboard.press("Enter");
    await carol.page.waitForLoadState();
    await bob.page.locator("#toast:empty").waitFor({ state: "attached", timeout: 10_000 });
    await press(carol, 'form[action$="/disconnect"] button');
    await live((timeout) => bob.page.locator("#toast:not(:empty)").waitFor({ timeout }));
    assert.equal(await focused(), "Copy code");
  });

  await step("carol undoes it, gives bob a nickname and finds him by it, by keyboard", async () => {
    await press(carol, 'form.undo button');
    await press(carol, '.tabs a[href="/connections"]');
    await people(carol).first().waitFor();
    await press(carol, 'main a[href^="/connections/"]');
    await carol.page.locator("#nickname").waitFor();
    await type(carol, "#nickname", "Boss");
    await press(carol, 'form[action$="/nickname"] button');
    await press(carol, '.tabs a[href="/connections"]');
    await carol.page.locator("#q").waitFor();
    await type(carol, "#q", "boss");
    await carol.page.keyboard.press("Enter");
    await carol.page.waitForURL(/q=boss/);
    assert.equal(await people(carol).count(), 1);
  });

  await step("bob withdraws the invitation by keyboard", async () => {
    await press(bob, 'form[action$="/withdraw"] button');
    await press(bob, '.tabs a[href="/invitations"]');
    await bob.page.locator("#note").waitFor();
    assert.equal(await bob.page.locator('form[action$="/withdraw"]').count(), 0);
  });

  await step("bob blocks carol's server and lets it in again by keyboard", async () => {
    await press(bob, '.tabs a[href="/admin"]');
    await press(bob, '.under a[href="/admin/servers"]');
    await press(bob, 'main td a[href^="/admin/servers/dog"]');
    await type(bob, "#note", "until their clock is right");
    await press(bob, 'button[value="blocked"]');
    await bob.page.getByText("The server is blocked.").waitFor();
    await press(bob, 'form[action$="/forget"] button');
    await bob.page.getByText("Nothing is decided about the server any more").waitFor();
  });

  await step("bob settles his name, his language and an app password by keyboard", async () => {
    await press(bob, 'a[href="/settings"]');
    await bob.page.locator("#email").waitFor();
    await type(bob, "#name", "Bob Berg");
    await press(bob, 'form[action="/settings/profile"] button');
    await bob.page.getByText("Saved.").waitFor();
    assert.equal(await bob.page.inputValue("#name"), "Bob Berg");
    await bob.tabTo("#language");
    await bob.page.keyboard.press("End");
    await press(bob, 'form[action="/settings"] button');
    await bob.page.locator("html:not([lang=en])").waitFor();
    await bob.tabTo("#language");
    await bob.page.keyboard.press("Home");
    await press(bob, 'form[action="/settings"] button');
    await bob.page.locator("html[lang=en]").waitFor();
    const removals = bob.page.locator('form[action$="/remove"]');
    const before = await removals.count();
    await type(bob, "#label", "calendar");
    await type(bob, "#confirm", bob.about.password);
    await bob.page.keyboard.press("Enter");
    await bob.page.locator("#fresh").waitFor();
    assert.equal(await removals.count(), before + 1);
    await press(bob, 'form[action$="/remove"] button');
    await bob.page.locator("#fresh").waitFor({ state: "detached" });
    assert.equal(await removals.count(), before);
  });

  await step("carol leaves, and bob logs out, by keyboard", async () => {
    await press(carol, 'a[href="/settings"]');
    await press(carol, 'a[href="/settings/leave"]');
    await carol.page.locator("#password").waitFor();
    await type(carol, "#password", carol.about.password);
    await press(carol, 'form[action="/settings/leave"] button');
    await carol.page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
    await press(bob, 'form[action="/logout"] button');
    await bob.page.locator("#password").waitFor();
  });
}

/** Many pages of one browser: one listens for all, another takes over, and a stream that is refused ends nothing. */
export async function together(step, { bob, carol }, { servers }) {
  const streams = new Set();
  const pages = [];
  let code;

  await step("of four pages of one browser, one listens", async () => {
    const context = bob.page.context();
    const ended = (request) => streams.delete(request);
    context.on("request", (request) => request.url().includes("/api/v1/events") && streams.add(request));
    context.on("requestfinished", ended);
    context.on("requestfailed", ended);
    await enter(bob, "/invitations");
    await bob.page.selectOption("#people", "anyone");
    await bob.submit("/invitations");
    code = await bob.page.inputValue("#code");
    for (let count = 0; count < 3; count += 1) {
      const page = await context.newPage();
      await page.goto(`${bob.about.url}/connections`);
      pages.push(page);
    }
    await bob.page.waitForTimeout(300);
    assert.equal(streams.size, 1, `${streams.size} streams are open`);
  });

  await step("all of them show at once what happens on the other server", async () => {
    await enter(carol, "/accept");
    await carol.accept(code);
    await carol.page.locator("main a.primary").waitFor();
    const parts = [...pages.map(rows), bob.page.locator(".list li")];
    await live((timeout) => Promise.all(parts.map((part) => part.first().waitFor({ timeout }))));
  });

  await step("when the one that listens is closed, another does, and misses nothing", async () => {
    await bob.page.goto("about:blank");
    await disconnect(carol);
    const gone = (timeout) => pages.map((page) => rows(page).first().waitFor({ state: "detached", timeout }));
    await live((timeout) => Promise.all(gone(timeout)));
    const open = [...streams].filter((request) => pages.includes(request.frame().page()));
    assert.equal(open.length, 1, `${open.length} streams are open`);
  });

  await step("the device's own way to share gets the link", async () => {
    await bob.page.addInitScript(() => {
      navigator.share = async (shared) => (window.shared = shared);
    });
    await bob.open("/invitations");
    await bob.page.locator('main a[href^="/invitations/"]').first().click();
    await bob.page.locator("button[data-share]").click();
    const { url, text } = await bob.page.evaluate(() => window.shared);
    assert.equal(url, await bob.page.inputValue("#link"));
    assert.ok(text.length > 10);
    await bob.picture("share");
  });

  await step("a field that somebody is at is left alone while all else follows, and what happened to it shows when they leave", async () => {
    await bob.open("/invitations");
    await bob.submit("/invitations");
    const shown = bob.page.locator("#live .list li");
    await bob.page.locator("#valid").focus();
    const chosen = await bob.page.locator("#valid option").last().getAttribute("value");
    await bob.page.selectOption("#valid", chosen);
    await carol.open("/accept");
    await carol.accept(await bob.page.inputValue("#code"));
    await live((timeout) => shown.first().waitFor({ timeout }));
    assert.match(await shown.innerText(), /Carol/);
    assert.equal(await bob.page.evaluate(() => document.activeElement.id), "valid", "the menu was taken away");
    assert.equal(await bob.page.inputValue("#valid"), chosen);
    // What is used up cannot be renewed.
    await bob.page.keyboard.press("Shift+Tab");
    await live((timeout) => bob.page.locator("#valid").waitFor({ state: "detached", timeout }));
    await disconnect(carol);
  });

  await step("whatever page somebody has open shows within a second what happens on the other server", async () => {
    const [person, question, list] = pages;
    const invitation = await bob.page.context().newPage();
    await invitation.goto(`${bob.about.url}/invitations`);
    await invitation.bringToFront();
    await carol.open("/accept");
    await carol.accept(code);
    await live((timeout) => invitation.locator("#live li", { hasText: "Carol" }).first().waitFor({ timeout }));
    const ending = rows(list).first().locator('a[href$="/disconnect"]');
    await live((timeout) => ending.waitFor({ timeout }));
    const ask = bob.about.url + (await ending.getAttribute("href"));
    await question.goto(ask);
    await person.goto(ask.replace(/\/disconnect$/, ""));
    await person.locator("#live .state.good").waitFor();
    await disconnect(carol);
    await carol.page.locator(".notice").waitFor();
    await live(async (timeout) => {
      await person.locator("#live .state.off").waitFor({ timeout });
      // What was asked there has its answer, and the list says who gave it.
      await question.waitForURL(/\/connections\?disconnected=/, { timeout });
      await question.locator(".notice").waitFor({ timeout });
    });
    await invitation.close();
  });

  await step("whoever disconnects sees the answer to their own click, however early its news comes", async () => {
    await carol.open("/accept");
    await carol.accept(code);
    await carol.page.locator("main a.primary").waitFor();
    await carol.page.route("**/disconnect", async (route) => {
      const request = route.request();
      if (request.method() !== "POST") return route.continue();
      const [url, headers] = [new URL(request.url()), await request.allHeaders()];
      headers.host = url.host;
      // Only browsers know that names under `localhost` are this machine.
      url.hostname = "127.0.0.1";
      const answer = await route.fetch({ url: url.href, headers, maxRedirects: 0 });
      await new Promise((done) => setTimeout(done, 1_000));
      // It may have been broken off.
      await route.fulfill({ response: answer }).catch(() => {});
    });
    const brokenOff = [];
    const note = (request) => request.method() === "POST" && brokenOff.push(request.url());
    carol.page.on("requestfailed", note);
    await disconnect(carol);
    await carol.page.waitForURL(/\/connections\?disconnected=/);
    await carol.page.locator(".notice").waitFor();
    carol.page.off("requestfailed", note);
    await carol.page.unroute("**/disconnect");
    assert.deepEqual(brokenOff, []);
  });

  await step("a page whose stream is refused is loaded again by itself", async () => {
    for (const page of pages.splice(1)) await page.close();
    const [page] = pages;
    await bob.page.goto("about:blank");
    await page.route("**/api/v1/events*", (route) => route.fulfill({ status: 503 }));
    await page.goto(`${bob.about.url}/connections`);
    await carol.open("/accept");
    await carol.accept(code);
    await rows(page).first().waitFor({ timeout: 15_000 });
  });

  await step("one notice tells all that happened at once, of whom and on which server, also of people without a name", async () => {
    // A browser of its own: what is told here has not happened, and the other pages would believe it.
    const context = await bob.page.context().browser().newContext({ locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(`${bob.about.url}/login`);
    await page.fill("#name", bob.about.name);
    await page.fill("#password", bob.about.password);
    await page.click('form[action="/login"] button');
    await page.locator('form[action="/logout"]').waitFor();
    const events = [
      ["connection.connected", { name: "", address: "u1@emu.example.org" }],
      ["connection.disconnected", { name: "Carol", address: "u2@dog.example.org" }],
      ["connection.told", { name: "Dora", address: "u3@owl.example.org", told: "unconfirmed" }],
      ["acceptance.settled", { server: "fox.example.org", code: "invitation_expired", reference: "none" }],
      ["invite.renewed", {}],
    ];
    const lines = events.map(([kind, data], n) => `id: ${1_000_000 + n}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
    const stream = { status: 200, contentType: "text/event-stream", body: lines.join("") };
    await page.route("**/api/v1/events*", (route) => route.fulfill(stream));
    await page.goto(`${bob.about.url}/connections`);
    await page.locator("#toast:not(:empty)").waitFor();
    assert.equal(
      await page.locator("#toast").innerText(),
      "u1@emu.example.org (emu.example.org) and you are connected. " +
        "Carol (dog.example.org) and you are no longer connected. " +
        "The server of Dora may still list you. The invitation from fox.example.org did not connect you.",
    );
    await context.close();
  });

  await step("a page of somebody who is logged in no more never shows the next person's list", async () => {
    const [list] = pages;
    await addUser(servers.dataOf("cat"), ERIN, ["--name", "Erin"]);
    await list.goto(`${bob.about.url}/connections`);
    await rows(list).first().waitFor();
    const form = await list.context().newPage();
    await form.goto(`${bob.about.url}/accept`);
    // Bob's session ends elsewhere, and Erin logs in on another page of the browser.
    await list.context().clearCookies();
    await bob.open("/connections");
    await bob.page.fill("#name", ERIN.name);
    await bob.page.fill("#password", ERIN.password);
    await bob.submit("/login");
    await list.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await form.fill("#invitation", code);
    for (const page of [list, form]) await page.locator(".me-name", { hasText: "Erin" }).waitFor({ timeout: 5_000 });
    assert.equal(await rows(list).count(), 0);
    await form.close();
  });

  await step("whoever logs out on one page leaves no other page open", async () => {
    const [page] = pages;
    await bob.open("/connections");
    await bob.logOut();
    await page.locator("#password").waitFor({ timeout: 5_000 });
  });
}

/** Somebody else who has an account on bob's server. */
const ERIN = { name: "erin", password: "correct horse battery" };

/** Logs in on the way to a page. */
async function enter(visitor, address) {
  await visitor.open(address);
  await visitor.page.fill("#name", visitor.about.name);
  await visitor.page.fill("#password", visitor.about.password);
  await visitor.submit("/login");
}

/** Who is connected, on a page with connections. */
function rows(page) {
  return page.locator('#live li:has(a[href$="/disconnect"])');
}

function people(visitor) {
  return rows(visitor.page);
}

/** Waits until so many people are listed: by itself with scripts, by loading the page again without. */
async function shows(visitor, count) {
  await live(async (timeout) => {
    const until = performance.now() + timeout;
    while ((await people(visitor).count()) !== count) {
      assert.ok(performance.now() < until, `the page still lists ${await people(visitor).count()} people`);
      if (visitor.about.hasScripts) await visitor.page.waitForTimeout(20);
      else await visitor.page.reload();
    }
  });
}

async function disconnect(visitor) {
  await visitor.open("/connections");
  const ending = visitor.page.locator('main a[href$="/disconnect"]').first();
  await visitor.page.goto(new URL(await ending.getAttribute("href"), visitor.about.url).href);
  await visitor.page.locator('form[action$="/disconnect"] button').click();
  await visitor.page.waitForLoadState();
}

/** What a camera sees in the QR code on the screen. */
async function readByCamera(visitor) {
  const picture = await visitor.page.locator(".qr svg").screenshot();
  const reader = await visitor.page.context().browser().newPage();
  const [pixels, width, height] = await reader.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return [[...canvas.getImageData(0, 0, image.width, image.height).data], image.width, image.height];
  }, `data:image/png;base64,${picture.toString("base64")}`);
  await reader.close();
  return jsQR(Uint8ClampedArray.from(pixels), width, height)?.data;
}
