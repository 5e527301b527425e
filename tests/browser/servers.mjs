// The two servers of `symbolon demo`, as a child process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const START_LIMIT = 60_000;
const STOP_LIMIT = 15_000;

/** Starts both servers and waits until they answer; throws with what they said on stderr otherwise. */
export async function startServers() {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.env.SYMBOLON_BIN || "target/debug/symbolon", ["demo", "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-8_000);
  });
  const ended = once(child, "exit");
  const spawned = once(child, "error").then(([error]) => Promise.reject(error));
  spawned.catch(() => {});

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
    const [code, signal] = child.exitCode === null && child.signalCode === null
      ? await ended
      : [child.exitCode, child.signalCode];
    clearTimeout(timer);
    if (code !== 0) {
      throw new Error(`\`symbolon demo\` ended with ${signal ?? code}:\n${said}`);
    }
  };

  const late = limit(START_LIMIT, () => {
    child.kill("SIGKILL");
    return new Error(`\`symbolon demo\` was not ready after ${START_LIMIT / 1000} s:\n${said}`);
  });
  const line = await Promise.race([
    firstLine(child.stdout),
    spawned,
    ended.then(([code]) => Promise.reject(new Error(`\`symbolon demo\` ended with ${code}:\n${said}`))),
    late.passed,
  ]);
  late.clear();
  const { cat, dog, users } = JSON.parse(line);
  const urls = { cat: cat.url, dog: dog.url };
  const data = { cat: cat.data, dog: dog.data };
  return { users, stop, urlOf: (server) => urls[server].replace(/\/$/, ""), dataOf: (server) => data[server] };
}

async function firstLine(stream) {
  // The rest is read too, or the servers would block on a full pipe.
  const lines = createInterface({ input: stream });
  const [line] = await once(lines, "line");
  lines.on("line", () => {});
  return line;
}

function limit(millis, error) {
  let timer;
  const passed = new Promise((_, reject) => {
    timer = setTimeout(() => reject(error()), millis).unref();
  });
  return { passed, clear: () => clearTimeout(timer) };
}
