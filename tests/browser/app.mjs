// The app on somebody's phone that makes one-time codes, and how they set it up.

import { createHmac } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** How long a code is shown, in milliseconds. */
export const STEP = 30_000;

/** What an app makes of a secret and of the time (RFC 6238). */
export function oneTimeCode(secret, at = Date.now()) {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / STEP)));
  const hash = createHmac("sha1", key).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Turns on the two-step log-in, with a mistake first; gives the secret and the recovery codes. `look` sees each page. */
export async function turnOn(visitor, look) {
  await visitor.open("/settings/second-factor");
  await look("second-factor");
  const secret = (await visitor.page.inputValue("#secret")).replaceAll(" ", "");
  const form = async (code) => {
    await visitor.page.fill("#code", code);
    await visitor.page.fill("#password", visitor.about.password);
    await visitor.submit("/settings/second-factor");
  };
  await form("abcdef");
  await look("second-factor-refused");
  await form(oneTimeCode(secret));
  await look("recovery-codes");
  const codes = (await visitor.page.inputValue("#codes")).trim().split("\n");
  return { secret, codes };
}

/** The first step of the log-in. */
export async function firstStep(visitor) {
  await visitor.open("/login");
  await visitor.page.fill("#name", visitor.about.name);
  await visitor.page.fill("#password", visitor.about.password);
  await visitor.submit("/login");
}
