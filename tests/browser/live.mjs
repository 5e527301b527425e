// What one person does is on the open pages of the other within a second.

import assert from "node:assert/strict";

/** Within this time, in milliseconds. */
const ONE_SECOND = 1_000;

/** A busy machine may stand still for a while: so long is waited, */
const PATIENCE = 4_000;

/** and one of so many may come late. */
const LATE_ONE_IN = 20;

/** How long each took. */
const taken = [];

/** Waits for what is to show by itself, which is told how long it may wait; gives what that gives. */
export async function live(shows) {
  const began = performance.now();
  const shown = await shows(PATIENCE);
  taken.push(performance.now() - began);
  return shown;
}

/** What there is to say of them: how many, the middle and the slowest. */
export function howLive() {
  const sorted = [...taken].sort((one, other) => one - other).map(Math.round);
  return `${sorted.length} times, half of them within ${sorted[Math.floor(sorted.length / 2)]} ms, all within ${sorted.at(-1)}`;
}

/** After all plays. */
export function assertWithinASecond() {
  assert.ok(taken.length > 0, "nothing happened elsewhere");
  const late = taken.filter((time) => time > ONE_SECOND);
  assert.ok(late.length * LATE_ONE_IN <= taken.length, `later than that: ${late.map(Math.round)} ms of ${taken.length}`);
}
