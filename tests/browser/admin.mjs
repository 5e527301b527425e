// The pages of those who manage a server: bob is an administrator of cat.

import assert from "node:assert/strict";

import { live } from "./live.mjs";

/** What was written shows on an open page within a second; half of one more for three browsers on a busy machine. */
const LIVE = 1_500;

export async function admin(step, visitors, { servers }) {
  const { bob, carol } = visitors;
  const dog = new URL(servers.urlOf("dog")).host;
  const serverPage = `/admin/servers/${encodeURIComponent(dog)}`;

  await step("both log in, and a server with nobody elsewhere has an overview that says so", async () => {
    for (const visitor of [bob, carol]) {
      await visitor.open("/");
      await visitor.logIn();
    }
    await bob.follow("Administration");
    await bob.page.getByText("Nobody here is connected with people of another server yet.").waitFor();
    await bob.picture("overview-empty");
  });

  await step("a server that answers and one that does not are drawn and in the table, the silent one first", async () => {
    await bob.open("/invitations");
    await bob.press("Create invitation");
    const code = await bob.page.inputValue("#code");
    const rows = bob.page.locator("#links-table tbody tr");
    const shows = async (count) => {
      if (!bob.about.hasScripts) await bob.open("/admin");
      await live((timeout) => rows.nth(count - 1).waitFor({ timeout }), LIVE);
      assert.equal(await rows.count(), count);
    };
    const open = {};
    for (const name of bob.about.hasScripts ? ["servers", "deliveries", "people"] : []) {
      open[name] = await bob.page.context().newPage();
      await open[name].goto(`${bob.about.url}/admin/${name}`);
    }
    await bob.open("/admin");
    await carol.open("/accept");
    await carol.accept(code);
    await carol.page.locator("main a.primary").waitFor();
    await shows(1);
    if (open.servers) await live((timeout) => open.servers.getByRole("link", { name: dog, exact: true }).waitFor({ timeout }), LIVE);
    if (open.people) await live((timeout) => open.people.getByText("connected with one person").waitFor({ timeout }), LIVE);
    const other = await bob.page.context().newPage();
    await other.goto(`${bob.about.url}/accept?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=nobody.localhost:1`);
    await other.locator("#look button.primary:not([formaction])").click();
    await other.locator('form[action$="/retry"]').waitFor();
    await other.close();
    await shows(2);
    if (open.deliveries) await live((timeout) => open.deliveries.locator("#live li.row").waitFor({ timeout }), LIVE);
    for (const page of Object.values(open)) await page.close();
    assert.match(await rows.nth(0).innerText(), /nobody\.localhost:1[^]*1 message waits/);
    assert.match(await rows.nth(1).innerText(), /dog\.localhost[^]*1[^]*answers/);
    assert.equal(await bob.page.locator("svg.map g").count(), 2);
    await bob.picture("overview");
  });

  await step("a message that waits is sent again by one click, and the page says so", async () => {
    await bob.page.getByRole("link", { name: "Messages", exact: true }).click();
    await bob.picture("messages");
    await bob.page.getByRole("button", { name: /^Try now/ }).click();
    await bob.page.getByText("It is being tried now. This page shows what comes of it.").waitFor();
  });

  await step("a server is checked, blocked with a note, and let in again", async () => {
    await bob.open("/admin/servers");
    await bob.picture("servers");
    await bob.page.getByRole("link", { name: dog, exact: true }).click();
    await bob.picture("server");
    await bob.press("Check this server");
    assert.deepEqual(await bob.page.locator("main ol.steps .state.bad").allInnerTexts(), []);
    await bob.open(serverPage);
    await bob.page.fill("#note", "until their clock is right");
    await bob.press("Block");
    await bob.page.getByText("The server is blocked.").waitFor();
    await bob.picture("server-blocked");
    await bob.page.locator("#noted > summary").click();
    await bob.page.fill("#noted-note", "Ann looks after it.\nCall her first.");
    await bob.press("Save the note");
    await bob.page.getByText("Saved; it holds from the next message on.").waitFor();
    await bob.page.selectOption("#noted-sign", "cavage");
    await bob.press("Save what we send");
    await bob.page.getByText("It is weaker than what would hold without it").waitFor();
    await bob.picture("server-noted");
    await bob.open("/admin");
    assert.match(await bob.page.locator("#links-table").innerText(), /blocked/);
    await bob.picture("overview-blocked");
    await bob.open(serverPage);
    await bob.press("Unblock");
    await bob.page.getByText("Nothing is decided about the server any more").waitFor();
  });

  if (bob.about.hasScripts) {
    await step("what is decided in another window shows on the open page with its buttons, and leaves what bob writes", async () => {
      await bob.open(serverPage);
      const note = bob.page.locator("#note");
      await note.fill("until");
      const other = await bob.page.context().newPage();
      const press = async (name) => {
        await other.goto(bob.about.url + serverPage);
        await other.getByRole("main").getByRole("button", { name, exact: true }).click();
        await other.waitForURL(/done=/);
      };
      const offers = async (name, not) => {
        await live((timeout) => bob.button(name).waitFor({ timeout }), LIVE);
        assert.equal(await bob.button(not).count(), 0, `${not} is still offered`);
        assert.equal(await note.inputValue(), "until");
        assert.ok(await note.evaluate((field) => field === document.activeElement), "bob is not at the field any more");
      };
      await press("Block");
      await offers("Unblock", "Block");
      await live((timeout) => bob.page.getByText(/^Blocked /).waitFor({ timeout }), LIVE);
      await press("Unblock");
      await offers("Block", "Unblock");
      // The buttons that came live do what they say, with what bob has written.
      await bob.press("Block");
      await bob.page.getByText("The server is blocked.").waitFor();
      await bob.page.getByText("until", { exact: false }).first().waitFor();
      // What bob did is told as long as nobody has undone it.
      await other.goto(bob.about.url + serverPage);
      await other.getByRole("main").getByRole("button", { name: "Unblock", exact: true }).click();
      await other.waitForURL(/done=/);
      await live((timeout) => bob.page.getByText("The server is blocked.").waitFor({ state: "detached", timeout }), LIVE);
      await other.close();
    });
  }

  await step("people are listed, found by the beginning of their name, and bob cannot lock himself out", async () => {
    await bob.open("/admin/people");
    await bob.page.getByText("connected with one person").waitFor();
    await bob.picture("people");
    await bob.page.getByRole("link", { name: "Bob", exact: true }).click();
    await bob.page.getByText("This is your own account.").waitFor();
    assert.equal(await bob.page.getByRole("button", { name: /^Disable/ }).count(), 0);
    await bob.picture("own-account");
    await bob.open("/admin/people");
    await bob.page.fill("#q", "carol");
    await bob.page.keyboard.press("Enter");
    await bob.page.getByText("Nobody found whose user name begins with “carol”").waitFor();
  });

  await step("bob makes an account for dave, hands over the password that is shown once, and makes another one", async () => {
    await bob.open("/admin/people");
    await bob.page.getByRole("link", { name: "Add somebody", exact: true }).click();
    await bob.page.fill("#user", "dave");
    await bob.page.fill("#name", "Dave Dent");
    await bob.picture("add-somebody");
    await bob.press("Add somebody");
    const password = await bob.page.inputValue("#fresh");
    assert.match(password, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    await bob.picture("added");
    // One click too many does nothing.
    await bob.page.locator("#new-password > summary").click();
    await bob.press("Make a new password");
    assert.notEqual(await bob.page.inputValue("#fresh"), password);
    await bob.press("Disable");
    await bob.page.getByText("The account is disabled").waitFor();
    await bob.picture("person-disabled");
  });

  await step("dave's account is deleted by his user name, after a page that says what that does", async () => {
    await bob.page.locator('main a[href$="/delete"]').click();
    await bob.page.waitForLoadState();
    await bob.picture("delete-account");
    await bob.page.fill("#user", "dave");
    await bob.press("Delete the account now");
    await bob.page.getByText("The account is being deleted").waitFor();
    await bob.picture("account-deleted");
  });

  await step("the trail tells who blocked the server and why, and is searched by form and by link", async () => {
    await bob.open("/admin/audit");
    await bob.picture("audit");
    await bob.page.locator("details > summary").click();
    await bob.page.selectOption("#kind", { label: "Servers" });
    await bob.page.getByRole("main").getByRole("button", { name: "Search", exact: true }).click();
    await bob.page.waitForURL(/kind=peer/);
    const rows = bob.page.locator("tbody tr");
    const found = rows.filter({ hasText: "until their clock is right" });
    assert.match(await found.innerText(), /bob as administrator/);
    await bob.picture("audit-servers");
    await found.locator("a[href*=reference] code").click();
    await bob.page.waitForURL(/reference=/);
    assert.equal(await rows.count(), 1);
    await bob.page.goto(`${bob.about.url}/admin/audit?person=nobody`);
    await bob.page.getByRole("alert").waitFor();
    await bob.picture("audit-nobody");
  });

  await step("the doctor is called by a button and says for each finding how it is", async () => {
    await bob.open("/admin/doctor");
    await bob.picture("doctor");
    await bob.press("Look at this server");
    const found = bob.page.locator("main li .state");
    assert.ok((await found.count()) > 8, `only ${await found.count()} findings`);
    assert.equal(await found.locator("svg.icon").count(), await found.count());
    await bob.picture("doctor-found");
    // What a form answered cannot be gone back to.
    await bob.open("/connections");
  });
}
