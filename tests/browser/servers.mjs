// The two servers of `symbolon demo`.

import { SYMBOLON, start } from "./started.mjs";

/** Starts both servers and waits until they answer. */
export async function startServers() {
  const { line, stop } = await start(SYMBOLON, ["demo", "--json"]);
  const { cat, dog, users } = JSON.parse(line);
  const urls = { cat: cat.url, dog: dog.url };
  const data = { cat: cat.data, dog: dog.data };
  return { users, stop, urlOf: (server) => urls[server].replace(/\/$/, ""), dataOf: (server) => data[server] };
}
