// What pages gain from a script; each of them works without it.

/** Times in the reader's own zone and language; the exact one stays in `datetime`. */
function localTimes(root) {
  const { lang } = document.documentElement;
  const locale = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
  const words = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time:not([data-soon])")) {
    time.title = time.title || time.textContent;
    time.textContent = words.format(new Date(time.dateTime));
  }
}

/** Counts down to the next attempt, and looks a moment later what came of it. */
let looking;
function countDown() {
  for (const time of document.querySelectorAll("time[data-soon]")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
    time.textContent = words(seconds);
    if (seconds < 0) looking ??= setTimeout(() => refresh().finally(() => (looking = undefined)), 1000);
  }
}

/** The texts that the page brings along for this script, in its language. */
const texts = document.getElementById("toast").dataset;

function words(seconds) {
  if (seconds <= 0) return texts.now;
  if (seconds < 100) return texts.seconds.replace("{n}", seconds);
  if (seconds < 6000) return texts.minutes.replace("{n}", Math.round(seconds / 60));
  return texts.hours.replace("{n}", Math.round(seconds / 3600));
}

/** Buttons that copy the field beside them. */
function copyButtons(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      const before = button.textContent;
      if (before === button.dataset.copied) return;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = before), 2000);
    });
  }
}

/** Says where a pasted invitation leads before anything is sent. */
function leadsTo() {
  const field = document.getElementById("invitation");
  const leads = document.getElementById("leads");
  field?.addEventListener("input", () => {
    const host = destination(field.value.trim());
    leads.classList.toggle("unknown", !host);
    document.getElementById("leads-to").textContent = host;
  });
}

function destination(text) {
  try {
    if (/^https?:/i.test(text)) {
      const named = new URL(text).searchParams;
      return named.get("providerDomain") ?? named.get("provider") ?? new URL(text).host;
    }
    const plain = text.includes("@") ? text : atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/\s/g, ""));
    return /@([a-z0-9.:[\]-]+)$/i.exec(plain)?.[1] ?? "";
  } catch {
    return "";
  }
}

/** Loads the page again behind the reader's back and puts its live parts in place of the old ones. */
async function refresh() {
  const editing = document.activeElement;
  if (editing.closest("[data-live]") && editing.matches("select, textarea, input:not([readonly])")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  enliven(page);
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.isEqualNode(old)) continue;
    for (const open of old.querySelectorAll("details[open]")) {
      fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
    }
    const focus = old.contains(editing) && editing.getAttribute("href");
    old.replaceWith(fresh);
    if (focus) fresh.querySelector(`a[href="${focus}"]`)?.focus();
  }
}

function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  setTimeout(() => toast.textContent === text && (toast.textContent = ""), 6000);
}

const NOTICES = {
  "connection.connected": texts.connected,
  "connection.disconnected": texts.disconnected,
};
const OTHERS = [
  "connection.told", "invite.accepted", "invite.issued", "invite.renewed", "invite.withdrawn", "acceptance.started",
  "acceptance.waiting", "acceptance.cancelling", "acceptance.stopping", "acceptance.settled",
];

/**
 * Listens for what happens on either server, from where the page stands. Only while somebody looks at it: browsers allow
 * few connections to one server. A browser that cannot, or a server that does not, leaves plain pages.
 */
function listen() {
  let { after } = texts;
  let stream, soon;
  const heard = (event) => {
    after = event.lastEventId;
    clearTimeout(soon);
    soon = setTimeout(() => refresh().catch(() => {}), 60);
    const { name } = JSON.parse(event.data);
    if (name && NOTICES[event.type]) say(NOTICES[event.type].replace("{name}", () => name));
  };
  const follow = () => {
    stream?.close();
    if (document.hidden) return;
    stream = new EventSource(after ? `/api/v1/events?after=${after}` : "/api/v1/events");
    for (const kind of [...Object.keys(NOTICES), ...OTHERS]) stream.addEventListener(kind, heard);
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  follow();
}

function enliven(root) {
  localTimes(root);
  copyButtons(root);
}

enliven(document);
leadsTo();
setInterval(countDown, 1000);
if (document.querySelector("[data-live]")) listen();
