// A server that sends mail, and the mail server that takes it: the one of the tests of mail (server.py there tells which
// addresses it takes and which not).

import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { SYMBOLON, addUser, freePort, start } from "./started.mjs";

const run = promisify(execFile);

const MAIL_SERVER = "crates/server/tests/whole/mail/server.py";

/** Who has an account there: an administrator. */
const BOB = { name: "bob", server: "fox", password: "correct horse battery" };

/** Starts both. Cookies know no ports: the name is one that no other play uses. */
export async function startPost() {
  const folder = await mkdtemp(path.join(tmpdir(), "symbolon-mail-"));
  const { line: mailPort, kill } = await start(await python(), [MAIL_SERVER, folder, "plain"]);
  const data = path.join(folder, "data");
  const port = await freePort();
  const url = `http://fox.localhost:${port}`;
  await addUser(data, BOB, ["--name", "Bob", "--admin"]);
  const { stop } = await start(SYMBOLON, [
    ...["serve", "--dev", "--data", data, "--listen", `127.0.0.1:${port}`, "--public-url", url, "--name", "Fox"],
    ...["--mail-server", `smtp+plain://localhost:${mailPort}`, "--mail-from", "Fox <symbolon@fox.example.org>"],
  ]);
  return {
    users: [BOB],
    urlOf: () => url,
    mails: () => mails(folder),
    stop: async () => {
      await stop().finally(kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All mails that were taken, oldest first: to whom, and the text that people read. */
async function mails(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".mail")).sort();
  const all = files.map(async (name) => {
    const raw = (await readFile(path.join(folder, name), "utf8")).replaceAll("\r\n", "\n");
    return { to: raw.match(/^TO (.*)$/m)[1], text: plainText(raw) };
  });
  return Promise.all(all);
}

/** The part in plain text, unpacked. */
function plainText(raw) {
  const [head, ...rest] = raw.slice(raw.search(/^content-type: text\/plain/im)).split("\n\n");
  const body = rest.join("\n\n").split(/^--/m)[0];
  const encoding = head.match(/^content-transfer-encoding: *(\S+)/im)?.[1].toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding !== "quoted-printable") return body;
  const bytes = body.replaceAll("=\n", "").replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** The one that knows aiosmtpd. */
async function python() {
  for (const candidate of ["/usr/bin/python3", "python3"]) {
    const knows = run(candidate, ["-c", "import aiosmtpd"]).then(() => true, () => false);
    if (await knows) return candidate;
  }
  throw new Error("this play needs a mail server, aiosmtpd for Python 3: scripts/test installs it");
}
