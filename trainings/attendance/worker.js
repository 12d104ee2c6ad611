// Opens a sheet without network. VERSION, ASSETS and SHEET are written above by worker.py; docs/decisions/0018-offline-sheet.md says why.
// It keeps the pages that the hub marks with Hub-Keep, for one person at a time, and the files they need; it answers for nothing else.
const KEPT = "hub-kept:", FILES = "hub-files:", TAKEN = FILES + VERSION, PATIENCE = 8000;
const sheets = new RegExp(SHEET);

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(TAKEN).then((taken) => taken.addAll(ASSETS.map((path) => new Request(path, { cache: "reload" })))));
});
addEventListener("activate", (event) => event.waitUntil(drop((name) => name.startsWith(FILES) && name !== TAKEN).then(() => clients.claim())));

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url), sheet = pathname.match(sheets)?.[0];
  if (request.method !== "GET" || origin !== location.origin) return;
  if (ASSETS.includes(pathname)) event.respondWith(inTime(fetch(request)).catch(() => taken(pathname)));
  else if (sheet) event.respondWith(answer(event, pathname, sheet));
});

const inTime = (asked) => Promise.race([asked, new Promise((_, refuse) => { setTimeout(refuse, PATIENCE); })]);
const taken = async (path) => (await (await caches.open(TAKEN)).match(path)) ?? Response.error();

async function drop(isDone) {
  for (const name of await caches.keys()) if (isDone(name)) await caches.delete(name);
}

async function kept(sheet) {
  for (const name of await caches.keys()) {
    const page = name.startsWith(KEPT) && await (await caches.open(name)).match(sheet);
    if (page && Date.now() < Number(page.headers.get("Hub-Keep").split(" ")[1]) * 1000) return page;
  }
  return null;
}

// What the hub answers decides: marked, the page is kept and those of another person go; sent elsewhere, refused or closed, it goes.
// A hub that fails changes nothing.
async function remember(sheet, response) {
  const person = response.headers.get("Hub-Keep")?.split(" ")[0];
  if (response.status >= 500) return;
  await drop((name) => person && name.startsWith(KEPT) && name !== KEPT + person);
  if (person) await (await caches.open(KEPT + person)).put(sheet, response);
  else for (const name of await caches.keys()) if (name.startsWith(KEPT)) await (await caches.open(name)).delete(sheet);
}

async function answer(event, path, sheet) {
  const isPage = event.request.mode === "navigate", page = isPage && await kept(sheet), asked = fetch(event.request);
  try {
    const response = await (page ? inTime(asked) : asked);
    if (path === sheet) event.waitUntil(remember(sheet, response.clone()).catch(() => { /* no room: as without a worker */ }));
    return response;
  } catch {
    if (!page) return Response.error();
    if (path !== sheet) return Response.redirect(sheet); // an absence, a closing: they need the network, and the sheet says so
    const headers = new Headers(page.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    return new Response((await page.text()).replace("data-hub-offline hidden", "data-hub-offline"), { headers });
  }
}
