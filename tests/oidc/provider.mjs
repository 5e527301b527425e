// A provider of OpenID Connect on this machine. Usage: node provider.mjs PEOPLE REDIRECT_URI [--in-id-token]
//
// PEOPLE is a JSON file: what the provider says of each person, by the name it has for them. It is read anew for every
// answer, so that a test can change it. Anybody logs in without a password, by that name; the forms are the provider's own.
// Prints the port once it listens, and ends with its standard input.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [people, redirect, ...more] = process.argv.slice(2);
const client = (client_id) => ({
  client_id,
  client_secret: `secret of ${client_id}, with a colon: and a % sign`,
  redirect_uris: [redirect],
});

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [client("symbolon"), client("nextcloud")],
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username"],
      email: ["email", "email_verified"],
      groups: ["groups"],
    },
    conformIdTokenClaims: !more.includes("--in-id-token"),
    cookies: { keys: ["known to everybody"] },
    pkce: { required: () => true },
    findAccount: (_, accountId) => {
      const said = JSON.parse(readFileSync(people, "utf8"))[accountId];
      return said && { accountId, claims: () => ({ sub: accountId, ...said }) };
    },
  });
  const answers = provider.callback();
  server.on("request", (request, response) => {
    // Its forms want a font from elsewhere, and no browser of a test asks another machine.
    response.setHeader("content-security-policy", "style-src 'unsafe-inline'; font-src 'none'");
    answers(request, response);
  });
  console.log(port);
});
process.stdin.resume().on("end", () => process.exit());
