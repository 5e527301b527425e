// The people one is connected with and what one settles about oneself: undo, nickname, waiting, settings, leaving.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

import { STEP, firstStep, oneTimeCode, turnOn } from "./app.mjs";
import { startElsewhere } from "./elsewhere.mjs";
import { WEIGHT_MAX } from "./examiner.mjs";

/** What happens on the other server must show within this time, in milliseconds. */
const ONE_SECOND = 1_000;

/** Leaving goes on in the background; this long is a failure, in milliseconds. */
const LEFT = 5_000;

/** So many are listed before there is a link to the next ones. */
const PEOPLE_ON_A_PAGE = 50;

export async function people(step, visitors, { cleanups }) {
  const { bob, carol } = visitors;
  let elsewhere;

  await step("both log in and connect by an invitation with a note", async () => {
    for (const visitor of [bob, carol]) {
      await visitor.open("/");
      await visitor.logIn();
    }
    await bob.follow("Invitations");
    await bob.page.fill("#note", "Physics workshop");
    await bob.press("Create invitation");
    const code = await bob.page.inputValue("#code");
    await carol.follow("Accept");
    await carol.accept(code);
    await carol.waitUntilListed("bob", 1, LEFT);
    const entry = await bob.waitUntilListed("carol", 1, LEFT);
    assert.match(await entry.innerText(), /by your invitation “Physics workshop”/);
  });

  await step("a disconnect by accident is undone by one click, and both list each other again", async () => {
    const entry = await carol.waitUntilListed("bob", 1, ONE_SECOND);
    await entry.getByRole("link", { name: /^disconnect/i }).click();
    await carol.press("Disconnect");
    await carol.button("Undo").waitFor();
    await carol.picture("disconnected-with-undo");
    await carol.press("Undo");
    await carol.waitUntilListed("bob", 1, LEFT);
    await bob.waitUntilListed("carol", 1, LEFT);
  });

  await step("a nickname is shown beside the name and finds the person", async () => {
    const entry = await carol.waitUntilListed("bob", 1, ONE_SECOND);
    await entry.getByRole("link").first().click();
    await carol.page.fill("#nickname", "Émile’s boss");
    await carol.press("Save");
    await carol.picture("connection-with-nickname");
    await carol.follow("Connections");
    await carol.page.fill("#q", "BOSS émile");
    await carol.page.keyboard.press("Enter");
    await carol.page.waitForURL(/q=BOSS/);
    const found = carol.page.getByRole("main").getByRole("listitem");
    assert.equal(await found.count(), 1);
    assert.match(await found.innerText(), /^Émile’s boss \(.*bob/im);
    await carol.picture("found-by-nickname");
  });

  await step("an acceptance waits for a server that is out of order, with details, and connects on the open page by Try now", async () => {
    elsewhere = await startElsewhere();
    cleanups.push(() => elsewhere.stop());
    await carol.open("/accept");
    await carol.accept(`abcdefgh23456789@${elsewhere.host}`);
    await carol.page.locator("#heard > summary").click();
    await carol.page.locator("#heard > p", { hasText: "503" }).waitFor();
    await carol.picture("waiting-with-details");
    const other = await carol.page.context().newPage();
    const hurries = async () => {
      await other.goto(`${carol.about.url}/connections`);
      await other.locator('form[action$="/retry"] button').click();
      await other.waitForLoadState();
    };
    // What was unfolded stays so while the part around it is put in place again.
    await hurries();
    const isOpen = () => carol.page.locator("#heard").evaluate((fold) => fold.open);
    if (carol.about.hasScripts) assert.ok(await isOpen());
    elsewhere.mend();
    await hurries();
    await other.close();
    if (!carol.about.hasScripts) await carol.page.reload();
    await carol.page.getByRole("heading", { name: "You and Erik Elk are connected" }).waitFor({ timeout: LEFT });
    await carol.picture("connected-after-waiting");
  });

  await step("a list with people of two servers is narrowed to one of them", async () => {
    await carol.open("/connections");
    const found = carol.page.locator("#live > .list > li");
    assert.equal(await found.count(), 2);
    await carol.page.selectOption("#server", elsewhere.host);
    await carol.page.getByRole("main").getByRole("button", { name: "Search", exact: true }).click();
    await carol.page.waitForURL(/server=elk/);
    assert.equal(await found.count(), 1);
    assert.match(await found.innerText(), /Erik Elk/);
    await carol.picture("of-one-server");
  });

  await step("an invitation is renewed, with the same link", async () => {
    await bob.open("/invitations");
    await bob.press("Create invitation");
    const link = await bob.page.inputValue("#link");
    await bob.page.selectOption("#valid", { index: 0 });
    await bob.press("Change");
    await bob.page.getByText("Its time starts again from now. The link and the code are the same as before.").waitFor();
    assert.equal(await bob.page.inputValue("#link"), link);
    await bob.picture("renewed");
  });

  await step("a list of fifty people is a light page", async () => {
    await bob.open("/connections");
    const row = await bob.page.locator("#live .list > li").first().evaluate((one) => one.outerHTML);
    const page = await bob.page.content();
    assert.ok(page.includes(row));
    // Others have other names, addresses and connections, which no compression makes one.
    const other = () => row.replaceAll(/[0-9a-z]{26}|Carol/g, (word) => randomBytes(word.length).toString("hex").slice(0, word.length));
    const full = page.replace(row, Array.from({ length: PEOPLE_ON_A_PAGE }, other).join("\n"));
    const files = await bob.page.evaluate(() => {
      const loaded = performance.getEntriesByType("resource").filter((one) => one.name.includes("/assets/"));
      return loaded.reduce((sum, one) => sum + one.encodedBodySize, 0);
    });
    const weight = gzipSync(full).length + files;
    console.log(`        ${weight} bytes, of which the files are ${files}; ${full.length} characters unpacked`);
    const answer = await bob.page.reload();
    assert.equal(answer.headers()["content-encoding"], "gzip");
    assert.ok(weight < WEIGHT_MAX, `${weight} bytes`);
  });

  await step("name and address are saved, and what is no address is refused with everything as entered", async () => {
    await carol.open("/settings");
    await carol.page.fill("#name", "Carol Lindqvist");
    await carol.page.fill("#email", "carol@localhost");
    await carol.submit("/settings/profile");
    await carol.page.getByText("Saved.").waitFor();
    // What browsers take for an address, and mail servers do not.
    await carol.page.fill("#email", ".carol@example.org");
    await carol.submit("/settings/profile");
    await carol.page.getByRole("alert").waitFor();
    assert.equal(await carol.page.inputValue("#email"), ".carol@example.org");
    await carol.picture("settings-refused");
  });

  await step("an app password is shown once, with its label", async () => {
    await carol.open("/settings");
    await carol.page.fill("#label", "calendar on my phone");
    await carol.page.fill("#confirm", carol.about.password);
    await carol.submit("/settings/app-passwords");
    const password = await carol.page.inputValue("#fresh");
    assert.match(password, /^([a-z2-9]{4}-){7}[a-z2-9]{4}$/);
    await carol.picture("settings-app-password");
    await carol.open("/settings");
    assert.ok(!(await carol.page.content()).includes(password));
  });

  await step("a copy of what is kept about carol is a file, which names whom she is connected with", async () => {
    await carol.open("/settings");
    const [file] = await Promise.all([
      carol.page.waitForEvent("download"),
      carol.page.locator('a[href="/settings/copy/json"]').click(),
    ]);
    assert.match(file.suggestedFilename(), /\.json$/);
    const copy = JSON.stringify(JSON.parse(await readFile(await file.path(), "utf8")));
    for (const name of ["Erik Elk", "Bob"]) assert.ok(copy.includes(name), `${name} is not in it`);
  });

  await step("carol logs out another browser from here", async () => {
    const there = await carol.page.context().browser().newContext();
    const window = await there.newPage();
    await window.goto(`${carol.about.url}/login?next=/connections`);
    await window.fill("#name", carol.about.name);
    await window.fill("#password", carol.about.password);
    await window.locator('form[action="/login"] button').first().click();
    await window.locator('form[action="/logout"]').waitFor();
    await carol.open("/settings");
    await carol.page.locator('form[action^="/settings/sessions/"][action$="/end"] button').first().click();
    await carol.page.getByText("logged out").first().waitFor();
    await carol.picture("session-ended");
    await window.reload();
    await window.locator("#password").waitFor();
    await there.close();
  });

  await step("carol logs in in two steps, with a code of her app and with a recovery code, and turns that off", async () => {
    const look = (name) => carol.picture(name);
    const { secret, codes } = await turnOn(carol, look);
    assert.equal(codes.length, 10);
    assert.match(codes[0], /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const enters = async (code, field) => {
      await carol.page.getByRole("button", { name: "Log out", exact: true }).click();
      await firstStep(carol);
      if (field !== "#code") await carol.page.locator("summary").click();
      await carol.page.fill(field, code);
      await carol.page.locator(`form:has(${field}) button`).click();
      await carol.page.getByRole("button", { name: "Log out", exact: true }).waitFor();
    };
    // The code that has turned it on is used; a clock may be ahead by one step.
    await enters(oneTimeCode(secret, Date.now() + STEP), "#code");
    await enters(codes[0], "#recovery");
    await carol.open("/settings/second-factor");
    await carol.page.getByText("9 recovery codes are left.").waitFor();
    await carol.picture("second-factor-on");
    await carol.page.fill("#code", codes[1]);
    await carol.page.fill("#password", carol.about.password);
    await carol.submit("/settings/second-factor/off");
    await carol.page.getByText("The two-step log-in is off").waitFor();
  });

  await step("carol leaves by her password, and bob's list is empty without anybody's help", async () => {
    await carol.open("/settings/leave");
    await carol.picture("leave");
    await carol.page.fill("#password", "not this one");
    await carol.submit("/settings/leave");
    await carol.page.getByRole("alert").waitFor();
    await bob.waitUntilListed("carol", 1, ONE_SECOND);
    await carol.page.fill("#password", carol.about.password);
    await carol.submit("/settings/leave");
    await carol.page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
    await carol.picture("left");
    await bob.waitUntilListed("carol", 0, LEFT);
    await carol.open("/connections");
    await carol.field("Password").waitFor();
  });
}
