// What one person does is on the open pages of the other within a second.

/** Within this time, in milliseconds. */
const ONE_SECOND = 1_000;

/** How long each took. */
const taken = [];

/** Waits for what is to show by itself, which is told how long it may take; gives what that gives. */
export async function live(shows, within = ONE_SECOND) {
  const began = performance.now();
  const shown = await shows(within);
  taken.push(performance.now() - began);
  return shown;
}

/** What there is to say of them: how many, the middle and the slowest. */
export function howLive() {
  const sorted = [...taken].sort((one, other) => one - other).map(Math.round);
  return `${sorted.length} times, half of them within ${sorted[Math.floor(sorted.length / 2)]} ms, all within ${sorted.at(-1)}`;
}
