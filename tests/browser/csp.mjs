// What a Content-Security-Policy must hold so that text smuggled into a page cannot run or send anything away.

const SAFE_SOURCES = /^('none'|'self'|'nonce-[^']+'|'sha(256|384|512)-[^']+'|'strict-dynamic')$/;

/** Everything that is too weak about a policy, as sentences; an empty list for a strict one. */
export function cspWeaknesses(header) {
  if (!header) {
    return ["is missing"];
  }
  const directives = new Map(
    header
      .split(";")
      .map((directive) => directive.trim().split(/\s+/))
      .filter(([name]) => name)
      .map(([name, ...sources]) => [name.toLowerCase(), sources]),
  );
  const fallback = directives.get("default-src");
  const weak = [];
  for (const name of ["script-src", "style-src", "object-src", "connect-src", "form-action", "base-uri", "frame-ancestors"]) {
    const inherits = name.endsWith("-src");
    const sources = directives.get(name) ?? (inherits ? fallback : undefined);
    if (!sources) {
      weak.push(`does not limit ${name}`);
      continue;
    }
    for (const source of sources.filter((candidate) => !SAFE_SOURCES.test(candidate))) {
      weak.push(`allows ${source} in ${name}`);
    }
  }
  for (const [name, sources] of directives) {
    for (const source of sources.filter((candidate) => candidate.startsWith("'unsafe-"))) {
      weak.push(`allows ${source} in ${name}`);
    }
  }
  return weak;
}
