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

if (note && !note.hidden) {
  const { refresh } = await import("./sheet.js");
  const look = () => refresh().then((isOurs) => { if (isOurs) { note.hidden = true; clearInterval(timer); } }, () => { /* still none */ });
  const timer = setInterval(look, AGAIN);
  addEventListener("online", look);
}
