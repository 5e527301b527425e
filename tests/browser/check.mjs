// Checking another server from a page: one that is well, and one that is not there.

import assert from "node:assert/strict";

/** How many steps the way to another server has. */
const STEPS = 11;

/** Members of a description that are shown even if they are missing. */
const MEMBERS = 9;

/** `look` judges and pictures a page; `visitor` is logged in at dog. */
export async function check(step, visitor, { servers, look }) {
  const run = async (host) => {
    const address = `/servers/${encodeURIComponent(host)}/check`;
    await visitor.open(address);
    await look(visitor, "check");
    await visitor.submit(address);
    assert.equal(new URL(visitor.page.url()).pathname, address);
    return visitor.page.locator("main ol.steps > li");
  };

  await step("a server is checked with one button, and the page shows every step and every member of its description", async () => {
    const { page } = visitor;
    const rows = await run(new URL(servers.urlOf("cat")).host);
    assert.equal(await rows.count(), STEPS);
    assert.deepEqual(await rows.locator(".state.bad").allInnerTexts(), []);
    // The state of each step has a mark, and words for those who do not see it.
    for (const row of await rows.all()) {
      assert.equal(await row.locator(".row-text > .state svg.icon").count(), 1);
      assert.notEqual((await row.locator(".row-text > .state .sr").innerText()).trim(), "");
    }
    const members = page.locator("details.fields dt");
    assert.equal(await members.first().isVisible(), false, "the members are not folded away at first");
    await page.locator("details.fields > summary").click();
    assert.ok((await members.count()) >= MEMBERS, `only ${await members.count()} members`);
    assert.ok(await members.first().isVisible());
    await look(visitor, "checked");
    await page.emulateMedia({ colorScheme: "dark" });
    await look(visitor, "checked-dark");
    await page.emulateMedia({ colorScheme: null });
  });

  await step("a check of a server that is not there ends where the way ends, and says what to do", async () => {
    const rows = await run("nobody.localhost:1");
    const count = await rows.count();
    assert.ok(count < STEPS, `${count} steps are shown`);
    assert.equal(await rows.nth(count - 1).locator(".state.bad").count(), 1);
    assert.equal(await rows.nth(count - 1).locator("strong").count(), 1, "it does not say what to do");
    await look(visitor, "check-ends");
    // What a form answered cannot be gone back to.
    await visitor.open("/connections");
  });
}
