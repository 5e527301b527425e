// What pages gain from a script; each of them works without it.

const live = () => document.getElementById("live");

/** Times in the reader's own zone and language; the exact one stays in `datetime`. */
function localTimes(root) {
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time:not([data-soon])")) {
    time.title = time.title || time.textContent;
    time.textContent = words.format(new Date(time.dateTime));
  }
}

/** Counts down to the next attempt. */
function countDown() {
  for (const time of document.querySelectorAll("time[data-soon]")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
    time.textContent = seconds > 0 ? words(seconds) : "now";
  }
}

function words(seconds) {
  if (seconds < 100) return `in ${seconds} s`;
  return seconds < 6000 ? `in ${Math.round(seconds / 60)} min` : `in ${Math.round(seconds / 3600)} h`;
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
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
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

/** Loads the page again behind the reader's back and puts its lists in place of the old ones. */
async function refresh() {
  const old = live();
  const editing = document.activeElement;
  if (old.contains(editing) && editing.matches("select, textarea, input:not([readonly])")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (!fresh || fresh.isEqualNode(old)) return;
  for (const open of old.querySelectorAll("details[open]")) {
    fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
  const focus = old.contains(editing) && editing.getAttribute("href");
  old.replaceWith(fresh);
  enliven(fresh);
  if (focus) fresh.querySelector(`a[href="${focus}"]`)?.focus();
}

function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  setTimeout(() => toast.textContent === text && (toast.textContent = ""), 6000);
}

const NOTICES = {
  "connection.connected": (name) => `${name} and you are connected.`,
  "connection.disconnected": (name) => `${name} and you are no longer connected.`,
};
const OTHERS = [
  "connection.told", "invite.accepted", "invite.issued", "invite.renewed", "invite.withdrawn", "acceptance.started",
  "acceptance.waiting", "acceptance.cancelling", "acceptance.settled",
];

/** Listens for what happens on either server. A browser that cannot, or a server that does not, leaves plain pages. */
function listen() {
  let soon;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(() => refresh().catch(() => {}), 60);
  };
  const stream = new EventSource("/api/v1/events");
  for (const kind of [...Object.keys(NOTICES), ...OTHERS]) {
    stream.addEventListener(kind, (event) => {
      later();
      const { name, data } = JSON.parse(event.data);
      const who = name ?? data?.name;
      if (who && NOTICES[kind]) say(NOTICES[kind](who));
    });
  }
  let dropped = false;
  stream.addEventListener("error", () => (dropped = true));
  stream.addEventListener("open", () => dropped && later());
  addEventListener("pagehide", () => stream.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function enliven(root) {
  localTimes(root);
  copyButtons(root);
}

enliven(document);
leadsTo();
setInterval(countDown, 1000);
if (live()) listen();
