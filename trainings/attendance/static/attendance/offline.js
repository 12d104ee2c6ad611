// Sheets that open without network: the worker keeps those that data-hub-keep names; a page that it kept says so until the network is back.
const workers = navigator.serviceWorker; // none without TLS, save on the machine itself
const script = document.querySelector("[data-hub-worker]").dataset.hubWorker;
const note = document.querySelector("[data-hub-offline]"), sheet = document.querySelector("[data-hub-sheet]");
const AGAIN = 5000;

async function keep() {
  const isNew = !workers.controller, begun = new Promise((done) => { workers.addEventListener("controllerchange", done, { once: true }); });
  await workers.register(script);
  if (isNew) await begun;
  for (const one of document.querySelectorAll("[data-hub-keep]")) {
    const path = one.dataset.hubKeep;
    if (isNew || path !== location.pathname) await fetch(path, { headers: { Accept: "text/html" } }); // it passes by the worker, which keeps it
  }
}
if (workers && note?.hidden !== false) keep().catch(() => { /* no network, or no room: as without a worker */ });

// A sheet taken along before its half-day opens by the clock of the device; the hub refuses what it dates too early.
function open() {
  sheet.querySelector("[data-hub-before]").hidden = true;
  for (const link of sheet.querySelectorAll("[data-hub-sign][hidden]")) link.hidden = false;
}
if (sheet?.dataset.hubFrom) setTimeout(open, Math.max(0, Date.parse(sheet.dataset.hubFrom) - Date.now()));

// Without network only kept sheets answer: they are listed, and every other link but those that sign looks as it is, of no use for now.
const WAITS = "a[href]:not([href^='#'], [data-hub-sign], [data-hub-other])";
function wait() { for (const link of document.querySelectorAll(WAITS)) link.setAttribute("aria-disabled", "true"); }
function resume() { for (const link of document.querySelectorAll(`${WAITS}[aria-disabled]`)) link.removeAttribute("aria-disabled"); }
async function others() {
  const place = note.querySelector("[data-hub-others]"), kept = await caches.open(`hub-kept:${document.body.dataset.hubPerson}`);
  place.querySelector("ul").replaceChildren();
  for (const { url } of await kept.keys()) {
    const answer = await kept.match(url), until = Number(answer.headers.get("Hub-Keep")?.split(" ")[1]) * 1000, path = new URL(url).pathname;
    if (path === location.pathname || !(Date.now() < until)) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), item = document.createElement("li"), link = document.createElement("a");
    link.href = path; link.dataset.hubOther = ""; link.textContent = page.querySelector("[data-hub-sheet]").dataset.hubName;
    item.append(link);
    place.querySelector("ul").append(item);
    place.hidden = false;
  }
}

let timer = 0;
async function look() {
  const { refresh } = await import("./sheet.js");
  if (!await refresh().catch(() => false)) return; // still none
  clearInterval(timer);
  timer = 0;
  note.hidden = true;
  resume();
}
function cut() {
  if (timer) return;
  timer = setInterval(look, AGAIN);
  note.hidden = false;
  wait();
  others().catch(() => { /* none that can be read */ });
}

if (note) {
  document.addEventListener("click", (event) => { if (event.target.closest("a[aria-disabled]")) event.preventDefault(); });
  addEventListener("offline", () => { if (workers?.controller) cut(); }); // the page stayed open while the network went
  addEventListener("online", () => { if (timer) look(); });
  if (!note.hidden) cut();
}
