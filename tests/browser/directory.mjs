// A directory of servers as a federation keeps it (draft-05, Appendix C): a signed list on a port of this machine, and how a
// server of the demo is told to follow it.

import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { promisify } from "node:util";

/** Serves a list of servers, each `{ url, displayName }`. */
export async function startDirectory(servers) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const [head, payload] = [encode({ alg: "EdDSA" }), encode({ federation: "The Mesh", servers })];
  const signature = sign(null, Buffer.from(`${head}.${payload}`), privateKey).toString("base64url");
  const body = JSON.stringify({ protected: head, payload, signature });
  const server = createServer((_, answer) => answer.writeHead(200, { "content-type": "application/json" }).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://mesh.localhost:${server.address().port}/servers`;

  /** Lets the server with this data folder and this address follow the directory. */
  const followedBy = async (data, publicUrl) => {
    const key = path.join(data, "mesh.jwk");
    await writeFile(key, JSON.stringify({ ...publicKey.export({ format: "jwk" }), kid: "mesh" }));
    const symbolon = process.env.SYMBOLON_BIN || "target/debug/symbolon";
    const settings = ["--dev", "--data", data, "--public-url", publicUrl];
    await promisify(execFile)(symbolon, ["directory", "add", url, "--key", key, ...settings]);
  };
  return { followedBy, stop: () => server.close() };
}
