// People log in by the service of their organisation: an invitation of another server survives it, the first time makes an
// account, and what goes wrong on the way is told in words. Pages of the service itself are not ours to judge.

import assert from "node:assert/strict";

/** A pending acceptance, and leaving, may take a moment; this long is a failure, in milliseconds. */
const SETTLED = 5_000;

const TO_THE_SERVICE = 'main a[href^="/login/oidc"]';

/** With scripts all of it; without, what needs a browser at all: there and back. */
export async function logIn(step, { bob, carol }, { servers }) {
  const { page } = bob;
  const host = (server) => new URL(servers.urlOf(server)).host;
  let token;
  let callback;

  /** By the Tab key alone to the way that leads to the service. */
  const leaves = async () => {
    await bob.tabTo(TO_THE_SERVICE);
    await page.keyboard.press("Enter");
  };

  /** Through the forms of the service, which are its own. */
  const isSomebody = async (subject) => {
    await page.waitForURL(`${servers.issuer}/**`);
    await page.fill('[name="login"]', subject);
    await page.fill('[name="password"]', "any");
    await page.click('button[type="submit"]');
    await page.locator('form:has([value="consent"]) button').click();
  };

  /** The browser has never been at the service. */
  const isForgottenThere = () => page.context().clearCookies({ domain: "127.0.0.1" });

  const logsOut = () => page.locator('form[action="/logout"] button').click();

  const isTold = async (words, window = page) => {
    await window.getByRole("alert").getByText(words).waitFor();
    assert.equal(await window.locator(TO_THE_SERVICE).count(), 1, "there is no way on");
  };

  /** A window of another browser, whose language is this one. */
  const stranger = async (locale) => {
    const context = await page.context().browser().newContext({ locale, reducedMotion: "reduce" });
    bob.about.examiner.watch(context, bob.strangers);
    return context.newPage();
  };

  await step("carol's link leads bob by the name of his server to its log-in, which offers the service", async () => {
    for (const visitor of [bob, carol]) visitor.strangers.push(servers.issuer);
    bob.visits.push(servers.urlOf("ant"), servers.issuer);
    await carol.open("/invitations");
    await carol.page.fill("#name", carol.about.name);
    await carol.page.fill("#password", carol.about.password);
    await carol.submit("/login");
    await carol.submit("/invitations");
    const link = await carol.page.inputValue("#link");
    token = new URL(link).searchParams.get("token");
    await page.goto(link);
    await page.fill("#server", host("owl"));
    await page.locator("form:not([role]) button").click();
    await page.locator("main a.primary").click();
    await page.locator(TO_THE_SERVICE).waitFor();
    assert.match(await page.locator(TO_THE_SERVICE).innerText(), /Owl University/);
    assert.ok(await page.locator("#password").isVisible(), "passwords are for here, too");
    await bob.picture("log-in");
  });

  await step("by keyboard to the service and through it, he is back at the invitation, and nothing is accepted yet", async () => {
    page.on("request", (request) => {
      if (request.url().includes("/login/oidc/callback?")) callback = request.url();
    });
    await leaves();
    await isSomebody(bob.about.subject);
    await page.waitForURL(`${servers.urlOf("owl")}/accept?**`);
    assert.ok((await page.inputValue("#invitation")).includes(token), "the invitation is lost");
    await page.locator("#leads .good").waitFor();
    const sees = await page.locator("#look").innerText();
    for (const fact of ["Bob Bauer", host("ant"), "bob@example.org"]) {
      assert.ok(sees.includes(fact), `the page does not say that ${fact} goes there`);
    }
    await bob.picture("accept");
    await carol.waitUntilListed("bob", 0, SETTLED);
  });

  await step("he accepts, and both list each other, under the name that the service tells", async () => {
    await page.locator("#look button.primary:not([formaction])").click();
    await page.getByRole("heading", { name: "You and Carol are connected" }).waitFor({ timeout: SETTLED });
    await carol.waitUntilListed("Bob Bauer", 1, SETTLED);
    await bob.waitUntilListed("Carol", 1, SETTLED);
  });

  await step("whoever logs out is told that the service has not, and is in again by one click", async () => {
    await logsOut();
    await page.getByText("you may still be logged in at Owl University").waitFor();
    await bob.picture("logged-out");
    await page.locator(TO_THE_SERVICE).click();
    await page.waitForURL(`${servers.urlOf("owl")}/connections`);
  });

  if (!bob.about.hasScripts) return;

  await step("his settings ask for no password that he does not have, and say how he logs in", async () => {
    await bob.open("/settings");
    assert.equal(await page.locator('main input[type="password"]').count(), 0);
    await bob.picture("settings");
    await page.fill("#label", "calendar on my phone");
    await bob.submit("/settings/app-passwords");
    assert.match(await page.inputValue("#fresh"), /^([a-z2-9]{4}-){7}[a-z2-9]{4}$/);
  });

  await step("a log-in that is cancelled there, and one whose answer comes twice, are told in words", async () => {
    await logsOut();
    await isForgottenThere();
    const cancels = async (window, words) => {
      await window.goto(`${servers.urlOf("owl")}/login?next=/invitations`);
      await window.locator(TO_THE_SERVICE).click();
      await window.locator('a[href$="/abort"]').click();
      await isTold(words, window);
    };
    for (const [language, words] of [
      ["de", "Die Anmeldung wurde abgebrochen"],
      ["zh-CN", "登录已取消"],
    ]) {
      const window = await stranger(language);
      await cancels(window, words);
      await window.context().close();
    }
    await cancels(page, "The log-in was cancelled");
    assert.match(await page.locator(TO_THE_SERVICE).getAttribute("href"), /next=%2Finvitations$/);
    await bob.picture("cancelled");
    await page.goto(callback);
    await isTold("It was begun in another browser, or too long ago");
    await bob.picture("answer-comes-twice");
  });

  await step("an account that was there before is not opened by its name, until bob says on its page whose it is", async () => {
    const comes = async () => {
      await isForgottenThere();
      await page.locator(TO_THE_SERVICE).click();
      await isSomebody(servers.erin.subject);
    };
    await comes();
    await isTold("There is an account with your user name");
    await bob.picture("name-is-taken");
    await isForgottenThere();
    await page.locator(TO_THE_SERVICE).click();
    await isSomebody(bob.about.subject);
    // Bob is an administrator, since the service has him in that group.
    await bob.follow("Administration");
    await bob.open("/admin/audit?kind=session.refused");
    await bob.picture("audit");
    await page.locator("td code", { hasText: servers.erin.subject }).waitFor();
    await bob.open("/admin/people");
    await page.getByRole("link", { name: "Erin", exact: true }).click();
    await bob.picture("person");
    await page.fill("#subject", servers.erin.subject);
    await page.locator('form[action$="/link"] button').click();
    await page.locator('form[action$="/unlink"]').waitFor();
    await bob.picture("person-linked");
    await logsOut();
    await comes();
    await page.locator('form[action="/logout"]').waitFor();
    await page.getByText("Erin").first().waitFor();
    await logsOut();
    await isForgottenThere();
    await page.locator(TO_THE_SERVICE).click();
    await isSomebody(bob.about.subject);
    await page.locator('form[action="/logout"]').waitFor();
  });

  await step("a server whose people log in by the service alone offers nothing else, and says when that is away", async () => {
    // Nothing on an open page is to miss the server while it starts anew.
    await page.goto("about:blank");
    await servers.withoutServiceAndPasswords();
    const window = await stranger("en");
    await window.goto(`${servers.urlOf("owl")}/login`);
    assert.equal(await window.locator("main input").count(), 0);
    await window.screenshot({ path: `${bob.file("service-alone")}.png`, fullPage: true });
    await window.locator(TO_THE_SERVICE).click();
    await window.getByRole("alert").getByText("The log-in service cannot be reached").waitFor();
    await window.screenshot({ path: `${bob.file("service-is-away")}.png`, fullPage: true });
    await window.context().close();
    await bob.open("/admin/doctor");
    await bob.press("Look at this server");
    await page.getByText(servers.issuer).first().waitFor();
    await bob.picture("doctor");
    await bob.open("/admin/people/new");
    await page.fill("#user", "dave");
    await bob.picture("add-somebody");
    await bob.press("Add somebody");
    await page.locator('form[action$="/link"]').waitFor();
    await bob.picture("added");
  });

  await step("bob deletes his account by his user name, since he has no password, and carol's list is empty", async () => {
    await bob.open("/settings/leave");
    await page.fill("#password", "carol");
    await bob.submit("/settings/leave");
    await page.getByRole("alert").getByText("It is not the user name of this account").waitFor();
    await bob.picture("leave-refused");
    const speaks = async (language) => {
      await bob.open("/settings");
      await page.selectOption("#language", language);
      await bob.submit("/settings");
      await bob.open("/settings/leave");
    };
    for (const language of ["de", "zh-CN"]) {
      await speaks(language);
      await page.fill("#password", "carol");
      await bob.submit("/settings/leave");
      await page.locator(`html[lang="${language}"] main [role="alert"]`).waitFor();
    }
    await speaks("");
    await page.fill("#password", "bob");
    await bob.submit("/settings/leave");
    await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
    await carol.waitUntilListed("bob", 0, SETTLED);
  });
}
