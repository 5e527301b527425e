// A server as a child process that says on its first line that it is ready, and ends when it is told to.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const START_LIMIT = 60_000;
const STOP_LIMIT = 15_000;

/** The binary that is tested. */
export const SYMBOLON = process.env.SYMBOLON_BIN || "target/debug/symbolon";

/** Where paths of the repository begin. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Starts it and waits for its first line; throws with what it said on stderr otherwise. */
export async function start(command, args) {
  const name = `\`${[command, ...args].join(" ").slice(0, 60)}\``;
  // Some end when this end of their input is closed.
  const child = spawn(command, args, { cwd: ROOT, stdio: ["pipe", "pipe", "pipe"] });
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
      throw new Error(`${name} ended with ${signal ?? code}:\n${said}`);
    }
  };

  const late = limit(START_LIMIT, () => {
    child.kill("SIGKILL");
    return new Error(`${name} was not ready after ${START_LIMIT / 1000} s:\n${said}`);
  });
  const line = await Promise.race([
    firstLine(child.stdout),
    spawned,
    ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}:\n${said}`))),
    late.passed,
  ]);
  late.clear();
  return { line, stop, kill: () => child.kill("SIGKILL") };
}

/** Makes an account in this folder, before its server starts or while it runs. */
export async function addUser(data, { name, password }, more) {
  const added = promisify(execFile)(SYMBOLON, ["user", "add", name, ...more, "--password-stdin", "--data", data], { cwd: ROOT });
  added.child.stdin.end(`${password}\n`);
  await added;
}

/** A port that nobody listens on: the address of a server has to be known before it starts. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
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
