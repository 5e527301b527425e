// The first three steps of the story: connect, disconnect, connect again with the same invitation. Then a check of the
// other server.

import assert from "node:assert/strict";

import { check } from "./check.mjs";

/** A disconnect must show on the other server within this time, in milliseconds. */
const ONE_SECOND = 1_000;

/** A pending acceptance may take a moment; this long is a failure, in milliseconds. */
const SETTLED = 5_000;

export async function story(step, visitors, { servers }) {
  let code;
  let token;

  await step("bob logs in at cat and lists nobody", async () => {
    const { bob } = visitors;
    await bob.open("/");
    await bob.logIn();
    await bob.waitUntilListed("carol", 0, ONE_SECOND);
    await bob.picture("connections-empty");
  });

  await step("bob creates an invitation and sees its link and its code", async () => {
    const { bob } = visitors;
    await bob.follow("Invitations");
    await bob.picture("invitations-empty");
    await bob.press("Create invitation");
    const link = await bob.field("Link").first().inputValue();
    code = await bob.field("Code").first().inputValue();
    token = readCode(code, servers.urlOf("cat"));
    assert.ok(link.includes(encodeURIComponent(token)), `the link ${link} does not hold the invitation`);
    await bob.picture("invitation-created");
  });

  await step("carol opens the deep link logged out, logs in, and is still at the invitation", async () => {
    const { carol } = visitors;
    const provider = new URL(servers.urlOf("cat")).host;
    await carol.open(`/accept?${new URLSearchParams({ token, providerDomain: provider })}`);
    await carol.logIn();
    const prefilled = await carol.field("Invitation").inputValue();
    assert.ok(holds(prefilled, token), `the field holds ${prefilled}`);
    await carol.picture("accept-deep-link");
  });

  await step("opening the deep link has connected nobody", async () => {
    const { bob, carol } = visitors;
    const here = carol.page.url();
    await bob.waitUntilListed("carol", 0, ONE_SECOND);
    await carol.waitUntilListed("bob", 0, ONE_SECOND);
    await carol.open(here);
  });

  await step("carol accepts, and both list each other once", async () => {
    const { bob, carol } = visitors;
    await carol.press("Connect");
    await carol.picture("accepted");
    await bothListEachOther(bob, carol);
    await bob.picture("connections");
    await carol.picture("connections");
  });

  await step("looking at the confirmation of a disconnect changes nothing", async () => {
    const { bob, carol } = visitors;
    await openConfirmation(carol);
    await carol.picture("disconnect-confirmation");
    await bob.waitUntilListed("carol", 1, ONE_SECOND);
    await carol.waitUntilListed("bob", 1, ONE_SECOND);
  });

  await step("carol disconnects, and bob's list is empty within a second", async () => {
    const { bob, carol } = visitors;
    await openConfirmation(carol);
    await carol.press("Disconnect");
    await bob.waitUntilListed("carol", 0, ONE_SECOND);
    await carol.picture("disconnected");
    await bob.picture("disconnected");
    await carol.waitUntilListed("bob", 0, ONE_SECOND);
  });

  await step("carol pastes the same invitation, and both list each other once", async () => {
    const { bob, carol } = visitors;
    await carol.follow("Accept");
    await carol.picture("accept-empty");
    await carol.accept(`  ${code}\n`);
    await carol.picture("accepted-again");
    await bothListEachOther(bob, carol);
  });

  await check(step, visitors.carol, { servers, look: (visitor, name) => visitor.picture(name) });

  await step("both log out, and their pages are closed to others", async () => {
    const { bob, carol } = visitors;
    for (const visitor of [bob, carol]) {
      await visitor.logOut();
      await visitor.page.goBack();
      await visitor.page.reload();
      await visitor.field("Password").waitFor();
    }
  });
}

async function bothListEachOther(bob, carol) {
  await carol.waitUntilListed("bob", 1, SETTLED);
  await bob.waitUntilListed("carol", 1, SETTLED);
}

async function openConfirmation(carol) {
  const entry = await carol.waitUntilListed("bob", 1, ONE_SECOND);
  const name = /^disconnect/i;
  await entry.getByRole("link", { name }).or(entry.getByRole("button", { name })).first().click();
  await carol.button("Disconnect").waitFor();
}

/** The token in an invitation code, which is base64url of `token@provider`. */
function readCode(code, inviter) {
  const text = Buffer.from(code, "base64url").toString("utf8");
  const at = text.lastIndexOf("@");
  assert.equal(text.slice(at + 1), new URL(inviter).host, "the code does not name bob's server");
  return text.slice(0, at);
}

/** Whether the text of the invitation field carries this token, in whichever form. */
function holds(text, token) {
  return text.includes(token) || Buffer.from(text.trim(), "base64url").toString("utf8").startsWith(`${token}@`);
}
