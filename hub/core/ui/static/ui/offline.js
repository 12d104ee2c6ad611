// Pages kept in this browser to be opened without network belong to one person, whose key stands in data-hub-person of the body:
// signed out, or somebody else signed in, they are gone; and each goes when its time is over. A page that does not know who asks says nothing.
const KEPT = "hub-kept:", person = document.body.dataset.hubPerson;

async function forget() {
  for (const name of await caches.keys()) {
    if (!name.startsWith(KEPT)) continue;
    if (name !== KEPT + person) { await caches.delete(name); continue; }
    const kept = await caches.open(name);
    for (const one of await kept.keys()) {
      const until = Number((await kept.match(one))?.headers.get("Hub-Keep")?.split(" ")[1]);
      if (!(Date.now() < until * 1000)) await kept.delete(one);
    }
  }
}
if ("caches" in window && person !== undefined) forget();
