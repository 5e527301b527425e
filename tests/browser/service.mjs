// A server whose people log in by the service of their organisation, that service (the provider of the tests of OpenID
// Connect, in a process of its own), and a server elsewhere that knows nothing of it.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { SYMBOLON, addUser, freePort, start } from "./started.mjs";

const PROVIDER = "tests/oidc/provider.mjs";

/** What the provider of the tests takes from the client of this name. */
const CLIENT = "symbolon";
const SECRET = `secret of ${CLIENT}, with a colon: and a % sign`;

/** Whom the service knows, by its own names for them: bob is of the group that manages the server. */
const PEOPLE = {
  "u-bob": { preferred_username: "bob", name: "Bob Bauer", email: "bob@example.org", email_verified: true, groups: ["it"] },
  "u-erin": { preferred_username: "erin", name: "Erin Eagle", email: "erin@example.org", email_verified: true, groups: [] },
};

/** Nobody has an account on owl before they come by the service, but for erin, who was there before it. */
const BOB = { name: "bob", server: "owl", subject: "u-bob" };
const ERIN = { name: "erin", password: "correct horse battery", subject: "u-erin" };
const CAROL = { name: "carol", server: "ant", password: "correct horse battery" };

/** Starts all three. Cookies know no ports: the names are ones that no other play uses. */
export async function startService() {
  const folder = await mkdtemp(path.join(tmpdir(), "symbolon-service-"));
  const ports = { owl: await freePort(), ant: await freePort() };
  const urlOf = (server) => `http://${server}.localhost:${ports[server]}`;
  const dataOf = (server) => path.join(folder, server);
  const files = { people: path.join(folder, "people.json"), secret: path.join(folder, "secret") };
  await writeFile(files.people, JSON.stringify(PEOPLE));
  await writeFile(files.secret, `${SECRET}\n`, { mode: 0o600 });
  await addUser(dataOf("owl"), ERIN, ["--name", "Erin"]);
  await addUser(dataOf("ant"), CAROL, ["--name", "Carol"]);
  const provider = await start(process.execPath, [PROVIDER, files.people, `${urlOf("owl")}/login/oidc/callback`]);
  const issuer = `http://127.0.0.1:${provider.line}`;

  const serve = (server, name, more = []) =>
    start(SYMBOLON, [
      ...["serve", "--dev", "--data", dataOf(server), "--listen", `127.0.0.1:${ports[server]}`],
      ...["--public-url", urlOf(server), "--name", name, ...more],
    ]);
  const owl = (...more) =>
    serve("owl", "Owl University", [
      ...["--oidc-issuer", issuer, "--oidc-client-id", CLIENT, "--oidc-client-secret-file", files.secret],
      ...["--oidc-name", "Owl University", "--oidc-scopes", "openid profile email groups"],
      ...["--oidc-admin-groups", "it", "--oidc-create-accounts", "true", ...more],
    ]);
  const running = { owl: await owl(), ant: await serve("ant", "Ant Institute") };
  return {
    ...{ users: [BOB, CAROL], erin: ERIN, issuer, urlOf, dataOf },
    /** The service is away from now on, and passwords open nothing any more. */
    withoutServiceAndPasswords: async () => {
      provider.kill();
      await running.owl.stop();
      running.owl = await owl("--password-login", "false");
    },
    stop: async () => {
      await Promise.all(Object.values(running).map(({ stop }) => stop())).finally(provider.kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
