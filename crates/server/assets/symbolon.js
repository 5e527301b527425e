// What pages gain from a script; each of them works without it.

/** The texts that the page brings along for this script, in its language. */
const texts = document.getElementById("toast").dataset;

/** A moment in the reader's own zone, written as the page writes it. */
function written(pattern, at, isExact) {
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0"));
  const parts = {
    day: at.getDate(),
    month: texts.months.split("|")[at.getMonth()],
    year: at.getFullYear(),
    clock: clock.slice(0, isExact ? 3 : 2).join(":"),
  };
  return pattern.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
}

/** Times in the reader's own zone; those of today without the day, unless to the second or in a name. */
function localTimes(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time:not([data-soon])")) {
    const at = new Date(time.dateTime);
    const isExact = "exact" in time.dataset;
    const isNear = at.toDateString() === today && !isExact && !("dated" in time.dataset);
    time.title = time.title || time.textContent;
    time.textContent = written(isNear ? texts.clock : texts.moment, at, isExact);
  }
  for (const drawing of root.querySelectorAll(".sequence")) localDrawing(drawing);
  for (const note of root.querySelectorAll("[data-utc]")) note.hidden = true;
}

/** The same in a drawing. Its days begin elsewhere than in UTC: where there is no room for a heading, the clock says so. */
function localDrawing(drawing) {
  let day;
  for (const text of drawing.querySelectorAll("[data-time]")) {
    const at = new Date(text.dataset.time);
    const today = written(texts.day, at);
    if (text.matches(".seq-day")) {
      text.textContent = today === day ? "" : today;
    } else {
      text.textContent = written("{clock}", at, true);
      if (today !== day) {
        const below = text.appendChild(document.createElementNS(text.namespaceURI, "tspan"));
        below.setAttribute("x", text.getAttribute("x"));
        below.setAttribute("dy", 11);
        below.textContent = written(texts.dayOfYear, at);
      }
    }
    day = today;
  }
}

/** Counts down to the next attempt, and looks a moment later what came of it. */
let looking;
function countDown() {
  for (const time of document.querySelectorAll("time[data-soon]")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
    time.textContent = words(seconds);
    if (seconds < 0) looking ??= setTimeout(() => look().finally(() => (looking = undefined)), 1000);
  }
}

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
      button.focus();
      await navigator.clipboard.writeText(field.value);
      const before = button.textContent;
      if (before === button.dataset.copied) return;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = before), 2000);
    });
  }
}

/** Buttons that hand the field beside them to other programs of the device, where it lets us. */
function shareButtons(root) {
  for (const button of root.querySelectorAll("button[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const { title, text, share } = button.dataset;
      // Whoever changes their mind is no error.
      navigator.share({ title, text, url: document.getElementById(share).value }).catch(() => {});
    });
  }
}

/** Shows where a pasted invitation leads, and what is known of that server, before anything is sent there. */
function leadsTo() {
  const form = document.getElementById("accepting");
  let asking, soon;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const leads = document.getElementById("leads");
    const slow = setTimeout(() => signal.aborted || (leads.textContent = form.dataset.looking), 300);
    const body = new URLSearchParams(new FormData(form));
    const page = await fetch(form.dataset.look, { method: "POST", body, signal })
      .then(pageOf)
      .catch(() => {})
      .finally(() => clearTimeout(slow));
    if (signal.aborted) return;
    if (!page) return leads.replaceChildren();
    for (const id of ["asked", "leads", "look"]) {
      const old = document.getElementById(id);
      if (!old.contains(document.activeElement)) old.replaceChildren(...page.getElementById(id).childNodes);
    }
  };
  form?.addEventListener("input", (event) => {
    if (event.target.type === "radio") return;
    clearTimeout(soon);
    soon = setTimeout(() => ask().catch(() => {}), 300);
  });
}

/**
 * The page that was fetched; none if it could not be had. If it is for somebody else than this one, or for nobody, they have
 * logged out or in elsewhere, and what is on the screen is not for whoever sits there now.
 */
async function pageOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const who = page.getElementById("toast")?.dataset.who;
  const isOurs = who === texts.who;
  // What answers a form would be sent again.
  if (!isOurs && (who || answer.ok)) address() === location.href ? location.reload() : location.replace(address());
  return answer.ok && isOurs ? page : undefined;
}

/** What somebody can be at on a page, by something that outlives the page's being put together again. */
function place(element) {
  const { id, form, ariaLabel, textContent } = element;
  return id || element.getAttribute("href") || ariaLabel || `${form?.action ?? element.parentElement.id} ${textContent}`;
}

/** What the reader has changed by themselves: fields that they filled in, and details that they folded. */
const touched = new WeakSet();

/** The reader has sent a form, and the page that answers it is on its way. */
let isLeaving = false;

/** A part of the page was left as it was, because somebody was at it. */
let isBehind = false;

/** Whether somebody fills in a field of this part just now, or holds a button of it down. */
function isBusy(part) {
  const { activeElement } = document;
  const isEdited = part.contains(activeElement) && activeElement.matches("select, textarea:not([readonly]), input:not([readonly])");
  return isEdited || part.matches(":active");
}

/** Where this page is to be had again. What answers a form may have an address that knows nothing but forms. */
function address() {
  const page = document.querySelector("[data-page]")?.dataset.page;
  return page && page !== location.pathname ? page : location.href;
}

/** Loads the page again behind the reader's back and puts its live parts in place of the old ones. */
async function refresh() {
  const answer = await fetch(address(), { headers: { accept: "text/html" } });
  const page = await pageOf(answer);
  if (!page) return;
  // What this page asks about is over, and its address leads to where that is told. If it was the reader who ended it, the
  // answer to that is on its way.
  if (answer.redirected) return isLeaving || location.replace(answer.url);
  enliven(page);
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.isEqualNode(old)) continue;
    if (isBusy(old)) {
      isBehind = true;
      continue;
    }
    for (const was of old.querySelectorAll("details, input, select, textarea")) {
      const is = page.getElementById(was.id);
      if (!is) continue;
      const isTheirs = touched.has(was);
      if (isTheirs) touched.add(is);
      if ("open" in was) is.open = isTheirs ? was.open : was.open || is.open;
      else if (isTheirs) is.value = was.value;
    }
    const { activeElement } = document;
    const left = old.contains(activeElement) && place(activeElement);
    old.replaceWith(fresh);
    const all = left ? [...fresh.querySelectorAll("a, button, input, textarea, summary, [tabindex]")] : [];
    all.find((one) => place(one) === left)?.focus({ preventScroll: true });
  }
}

/** The same where nobody waits for it: if it fails, it is tried again with the next news. */
const look = () => refresh().catch(() => {});

/** Notes what the reader does, and makes up for what was not put in place meanwhile. */
function follows() {
  const touches = (element) => element && touched.add(element);
  addEventListener("input", ({ target }) => touches(target));
  addEventListener("click", ({ target }) => touches(target.closest("summary")?.parentElement));
  // Whoever stops it stays.
  addEventListener("submit", () => {
    isLeaving = true;
    setTimeout(() => (isLeaving = false), 30_000);
  });
  const catchUp = () => {
    if (!isBehind) return;
    isBehind = false;
    look();
  };
  // A moment later: a click that ends here is to find its button.
  for (const end of ["focusout", "pointerup"]) addEventListener(end, () => setTimeout(catchUp));
}

function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  setTimeout(() => toast.textContent === text && (toast.textContent = ""), 8000);
}

/**
 * What is said of an event; nothing of most of them, nothing of what the reader has just done, and nothing of what a box on
 * the page already tells, which has the same reference.
 */
function notice(kind, data) {
  const isTold = [...document.querySelectorAll(".told")].some((box) => box.textContent.includes(data.reference));
  const text = {
    "connection.connected": texts.connected,
    "connection.disconnected": texts.disconnected,
    "connection.told": data.told === "confirmed" ? texts.told : data.told !== "telling" && texts.untold,
    "acceptance.settled": data.code && !isTold && texts.refused,
    "invite.mail_failed": texts.unsent,
  }[kind];
  const { address = "", name, server = address.split("@").pop() } = data;
  const words = { name: name || address, server };
  return text && text.replace(/\{(name|server)\}/g, (_, key) => words[key]);
}

const KINDS = [
  "connection.connected", "connection.disconnected", "connection.named", "connection.told", "invite.accepted",
  "invite.expired", "invite.issued", "invite.mail_asked", "invite.mail_failed", "invite.mailed", "invite.renewed",
  "invite.withdrawn", "acceptance.cancelling", "acceptance.hurried", "acceptance.repeated", "acceptance.settled",
  "acceptance.started", "acceptance.stopping", "acceptance.waiting",
];

/** What administrators hear beside that: something was written on this server. */
const WRITTEN = "server.changed";

/** How long after a refused stream the page is loaded again and the stream tried again, in milliseconds. */
const AGAIN = 10_000;

/**
 * Listens for what happens on either server, from where the page stands. Browsers allow few connections to one server, so
 * that of all pages that somebody looks at one listens, the one that holds the lock, and tells the others. A browser that
 * cannot share listens on each page; a server or a proxy that refuses the stream is asked for the page again and again.
 */
function listen() {
  const name = `live ${texts.who}`;
  const channel = window.BroadcastChannel && navigator.locks && new BroadcastChannel(name);
  let after = Number(texts.after);
  const news = [];
  let soon, turn;

  const heard = ({ id, kind, data }) => {
    const isOfServer = kind === WRITTEN;
    if (isOfServer ? !document.querySelector('[data-live="server"]') : id <= after) return;
    if (!isOfServer) after = id;
    if (document.hidden) return;
    news.push([kind, JSON.parse(data)]);
    clearTimeout(soon);
    soon = setTimeout(async () => {
      const heard = news.splice(0);
      await look();
      const all = heard.map((one) => notice(...one)).filter(Boolean);
      if (all.length > 0) say(all.join(" "));
    }, 60);
  };

  const stream = (signal) => new Promise((done) => {
    let source, again;
    const open = () => {
      source = new EventSource(`/api/v1/events?after=${after}${texts.admin ? "&server=true" : ""}`);
      for (const kind of [...KINDS, WRITTEN]) {
        source.addEventListener(kind, (event) => {
          const told = { id: Number(event.lastEventId), kind, data: event.data };
          channel?.postMessage(told);
          heard(told);
        });
      }
      source.onerror = () => {
        // Otherwise the browser resumes it by itself.
        if (source.readyState !== EventSource.CLOSED) return;
        again = setTimeout(() => {
          look();
          open();
        }, AGAIN);
      };
    };
    signal.addEventListener("abort", () => {
      source.close();
      clearTimeout(again);
      done();
    });
    open();
  });

  const follow = (missed) => {
    turn?.abort();
    if (document.hidden) return;
    if (missed) look();
    const { signal } = (turn = new AbortController());
    if (!channel) return stream(signal);
    // Whoever stops waiting for their turn is no error.
    navigator.locks.request(name, { signal }, () => stream(signal)).catch(() => {});
  };

  if (channel) {
    channel.onmessage = ({ data }) => (data.wait ? setTimeout(look, data.wait) : heard(data));
    // The other pages look a moment later, and find out that they are closed.
    document.querySelector('form[action="/logout"]')?.addEventListener("submit", () => channel.postMessage({ wait: 1000 }));
  }
  document.addEventListener("visibilitychange", () => follow(true));
  addEventListener("pagehide", () => turn?.abort());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  follow(false);
}

function enliven(root) {
  localTimes(root);
  copyButtons(root);
  shareButtons(root);
}

enliven(document);
leadsTo();
follows();
setInterval(countDown, 1000);
if (texts.after) listen();
