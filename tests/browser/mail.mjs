// What people see of mail, on a server that sends it: confirming their own address, invitations by mail, and switches.

import assert from "node:assert/strict";

import { live } from "./live.mjs";

/** A mail is on its way for less than this, and a page that is open shows what became of it, in milliseconds. */
const SENT = 10_000;

export async function mail(step, { bob }, { servers }) {
  const { page, hasScripts } = { page: bob.page, ...bob.about };
  const address = "bob@bauer.example.org";
  let invitation;

  /** The newest mail to somebody, once so many have come. */
  const arrives = async (to, count = 1) => {
    const until = performance.now() + SENT;
    for (;;) {
      const found = (await servers.mails()).filter((one) => one.to === to);
      if (found.length >= count) return found.at(-1).text;
      assert.ok(performance.now() < until, `no mail has come for ${to}`);
      await page.waitForTimeout(50);
    }
  };

  /** Waits until the page that is open shows something: by itself with scripts, loaded again without. */
  const shows = async (selector) => {
    const shown = page.locator(selector);
    if (hasScripts) return shown.waitFor({ timeout: SENT });
    for (const until = performance.now() + SENT; (await shown.count()) === 0; await page.reload()) {
      assert.ok(performance.now() < until, `the page does not show ${selector}`);
      await page.waitForTimeout(100);
    }
  };

  const invites = async (note, email) => {
    await bob.open("/invitations");
    await page.fill("#note", note);
    await page.fill("#email", email);
    await bob.picture("invite-by-mail");
    await bob.submit("/invitations");
  };
  const ofMail = 'section:has(form[action$="/mail"])';

  await step("an address that bob enters waits, and the page says where the link went", async () => {
    await bob.open("/");
    await bob.logIn();
    await bob.open("/settings");
    await page.fill("#email", address);
    await bob.submit("/settings/profile");
    await page.getByText(`${address} is to be your address.`).waitFor();
    assert.equal(await page.inputValue("#email"), "");
    await arrives(address);
    await bob.picture("address-waits");
  });

  await step("the link asks and changes nothing, the button confirms, and in another tab it finds the address confirmed", async () => {
    const text = await arrives(address);
    const link = text.match(/http:\/\/\S+\/settings\/email\?token=\S+/)[0];
    await bob.open(link);
    await page.getByText(address).waitFor();
    await bob.picture("confirm-address");
    const other = await page.context().newPage();
    await other.goto(link);
    await bob.open("/settings");
    assert.equal(await page.inputValue("#email"), "", "opening the link has confirmed it");
    await bob.open(link);
    await bob.submit("/settings/email");
    await page.getByText("The address is confirmed").waitFor();
    assert.equal(await page.inputValue("#email"), address);
    await bob.picture("address-confirmed");
    await other.locator('form[action="/settings/email"] button').click();
    await other.getByText("The address is confirmed").waitFor();
    await other.close();

    const answer = await page.goto(link);
    assert.equal(answer.status(), 404);
    await page.getByText("This link confirms no address: it is too old, was replaced by a newer one").waitFor();
    await bob.picture("link-is-over");
  });

  await step("an invitation is mailed, its open page says so, and link and code in the mail are those of the page", async () => {
    await invites("Carol, physics workshop", "carol@example.org");
    await shows(`${ofMail} .state.good`);
    assert.match(await page.locator(`${ofMail} .state`).innerText(), /carol@example\.org/);
    await bob.picture("invitation-mailed");
    const text = await arrives("carol@example.org");
    for (const field of ["#link", "#code"]) {
      const value = await page.inputValue(field);
      assert.ok(text.split(/\s+/).includes(value), `${field} is not in the mail: ${text}`);
    }
  });

  await step("a mail that is refused is told on the open page and in the list, and the invitation stays valid", async () => {
    await invites("Dave", "unknown@example.org");
    invitation = page.url();
    await shows(`${ofMail} .state.bad`);
    assert.match(await page.locator(ofMail).innerText(), /no such person here/);
    const link = await page.inputValue("#link");
    assert.equal(await page.locator("#live > .state.good").count(), 1, "it is not valid any more");
    await bob.picture("mail-failed");
    await bob.open("/invitations");
    const row = page.locator("#live li").filter({ hasText: "Dave" });
    assert.match(await row.locator(".state.bad").innerText(), /unknown@example\.org|mail/i);
    assert.equal(await row.locator(".state.good").count(), 1);
    await bob.picture("mail-failed-in-the-list");
    await page.goto(invitation);
    assert.equal(await page.inputValue("#link"), link);
  });

  await step("what is tried again fails within sight of other pages, and arrives at the right address", async () => {
    const list = await page.context().newPage();
    await list.goto(`${bob.about.url}/invitations`);
    await page.fill("#email", "unknown@again.example.org");
    await bob.submit(new URL(`${invitation}/mail`.replace(/\?[^/]*/, "")).pathname);
    if (hasScripts) await list.locator("#toast", { hasText: "could not be sent" }).waitFor({ timeout: SENT });
    await list.close();
    await shows(`${ofMail} .state.bad`);
    // That it is on its way is told as long as it is.
    await page.locator("#notice .notice").waitFor({ state: "detached" });
    await page.fill("#email", "dave@example.org");
    await bob.submit(new URL(`${invitation}/mail`.replace(/\?[^/]*/, "")).pathname);
    await shows(`${ofMail} .state.good`);
    await bob.picture("mailed-again");
    assert.ok((await arrives("dave@example.org")).includes(await page.inputValue("#link")));
    await bob.open("/invitations");
    assert.equal(await page.locator("#live .state.bad").count(), 0);
  });

  await step("an address that is refused stays as it was entered, and the page goes on to show what happens meanwhile, also of the mail before", async () => {
    await invites("Erin", "erin@example.org");
    const own = page.url().split("?")[0];
    await page.locator("#email").evaluate((field) => (field.type = "text"));
    await page.fill("#email", "erin at example.org");
    await bob.submit(new URL(`${own}/mail`).pathname);
    const refused = page.locator("#email[aria-invalid]");
    await refused.waitFor();
    const other = await page.context().newPage();
    await other.goto(own);
    await other.fill("#email", "unknown@example.org");
    await other.locator('form[action$="/mail"] button').click();
    if (hasScripts) await page.locator("#by-mail .state.bad").waitFor({ timeout: SENT });
    await other.locator('form[action$="/withdraw"] button').click();
    await other.locator("#live > .state.off").waitFor();
    await other.close();
    if (hasScripts) await live((timeout) => page.locator("#live > .state.off").waitFor({ timeout }));
    assert.equal(await refused.inputValue(), "erin at example.org");
  });

  await step("bob chooses what he is told by mail, and it stays so", async () => {
    await bob.open("/settings");
    const switches = page.locator('form[action="/settings/notifications"] input[type="checkbox"]');
    const states = () => switches.evaluateAll((all) => all.map((one) => one.checked));
    const wished = (await states()).map((on) => !on);
    assert.ok(wished.length >= 4);
    for (const one of await switches.all()) await one.setChecked(!(await one.isChecked()));
    await bob.submit("/settings/notifications");
    await page.getByText("Saved.").waitFor();
    assert.deepEqual(await states(), wished);
    await bob.open("/settings");
    assert.deepEqual(await states(), wished);
    await bob.picture("settings-by-mail");
    // The looks of the administration where mail is on, too.
    await bob.open("/admin/deliveries");
    await bob.picture("messages");
  });
}
