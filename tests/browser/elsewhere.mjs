// A server somewhere else that is out of order at first, and takes everybody's acceptance once it is mended. It signs nothing.

import { once } from "node:events";
import { createServer } from "node:http";

/** Somebody who has an account there. */
const ERIK = { userID: "erik", name: "Erik Elk", email: "erik@example.org" };

export async function startElsewhere() {
  let works = false;
  const server = createServer((request, answer) => {
    request.resume();
    const json = (status, body) => answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url.startsWith("/.well-known/ocm")) return json(200, description);
    if (!works) return json(503, { message: "BEING_REPAIRED" });
    return json(200, request.url.endsWith("/invite-accepted") ? ERIK : {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `elk.localhost:${server.address().port}`;
  const description = {
    ...{ enabled: true, apiVersion: "1.1.0", endPoint: `http://${host}/ocm`, provider: "Elk" },
    ...{ capabilities: ["invites"], resourceTypes: [] },
  };
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host, mend: () => (works = true), stop };
}
