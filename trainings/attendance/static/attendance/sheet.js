// The sheet on a trainer's telephone. A signature is written in this browser first, sent next, and taken out only once the hub has it:
// without network nothing is lost, and what is sent twice signs once (the key).
import { pad } from "./pad.js";
import { read, write } from "./queue.js";

const AGAIN = 15000, LATE = 20000, MINUTE = 60000;
const sheet = document.querySelector("[data-hub-sheet]"), dialog = document.querySelector("[data-hub-pad-dialog]");
const form = dialog.querySelector("form"), drawing = pad(form), wrong = form.querySelector("[data-hub-pad-wrong]");
const note = sheet.querySelector("[data-hub-kept]"), refused = sheet.querySelector("[data-hub-refused]");
const codeSaid = form.querySelector("[data-hub-code-said]"), codeButton = form.querySelector("[data-hub-code]");
const late = [...document.querySelectorAll("[data-hub-late]")];
let link = null, busy = false, asked = !form.querySelector("[data-hub-late]").hidden; // asked: the hub wants to know why it is late

// Not crypto.randomUUID: a hub on a local network may have no certificate.
const unique = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sentNow = () => { const now = new Date(); return `Signé sans réseau, transmis à ${now.getHours()}\u00a0h\u00a0${String(now.getMinutes()).padStart(2, "0")}`; };
// As rules.is_name_of: accents, case, order, hyphens and spaces do not matter.
const plain = (text) => text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(/’/g, "'").normalize("NFD")
  .replace(/\p{M}/gu, "").replace(/[-\p{C}]/gu, " ").trim().split(/\s+/).sort().join(" ");
const here = (one) => one.sheet === sheet.dataset.hubSheet;

// A sentence is read where it stands: on a telephone it may be a screen away from the button.
function tell(place) { place.scrollIntoView({ block: "center" }); place.focus({ preventScroll: true }); }

// Long after the end a signature says why. The page may have been opened before, and there may be no network: this clock tells too.
function askWhy() {
  const isLate = asked || Date.now() > Date.parse(form.dataset.hubLateFrom);
  for (const part of late) part.hidden = !isLate;
  form.elements.late_reason.disabled = !isLate;
}

function show(words) {
  const kept = read(), waiting = kept.filter((one) => !one.said);
  note.hidden = !waiting.length;
  note.querySelector("[data-hub-kept-count]").textContent = `${waiting.length} ${waiting.length > 1 ? "signatures gardées" : "signature gardée"} sur ce téléphone.`;
  if (words) note.querySelector("[data-hub-kept-words]").textContent = words;
  for (const one of waiting.filter(here)) {
    const line = sheet.querySelector(`[data-hub-line="${CSS.escape(one.line)}"]`);
    line?.querySelector("[data-hub-state]").replaceChildren(document.querySelector("[data-hub-kept-state]").content.cloneNode(true));
    line?.querySelectorAll(".btn").forEach((button) => button.remove());
  }
  refused.hidden = kept.length === waiting.length;
  refused.replaceChildren(...kept.filter((one) => one.said).map((one) => {
    const item = document.createElement("li"), text = document.createElement("p"), button = document.createElement("button");
    button.type = "button"; button.className = "btn"; button.textContent = "Retirer de ce téléphone";
    button.addEventListener("click", () => { write(read().filter((other) => other.key !== one.key)); show(); });
    item.className = "note bad"; item.tabIndex = -1;
    text.append(`${one.name}\u00a0: signature refusée. ${one.said} `, button);
    item.append(text);
    return item;
  }));
}

export async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), board = page.querySelector("[data-hub-board]");
  if (board) sheet.querySelector("[data-hub-board]").replaceWith(document.adoptNode(board));
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(board);
}

async function send() {
  if (busy) return;
  busy = true;
  let sent = false, no = false, words = "";
  try {
    for (const one of read().filter((kept) => !kept.said)) {
      const body = new FormData();
      for (const [name, value] of Object.entries(one.fields)) body.append(name, value);
      body.append("key", one.key);
      if (one.tried || Date.now() - Date.parse(one.at) > LATE) {
        body.append("device_at", one.at);
        if (!one.fields.late_reason) body.set("late_reason", sentNow()); // the hub keeps it when it comes after the end, and not otherwise
      }
      write(read().map((kept) => (kept.key === one.key ? { ...kept, tried: true } : kept)));
      const answer = await fetch(one.url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
      const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
      if (answer.ok && isOurs) write(read().filter((kept) => kept.key !== one.key));
      else if (isOurs) {
        const { said, field, waits } = await answer.json();
        if (waits) { words = said; continue; } // the others leave
        no = true; asked ||= field === "late_reason"; askWhy();
        write(read().map((kept) => (kept.key === one.key ? { ...kept, said } : kept)));
      }
      else { words = answer.status >= 500 ? "Le hub ne répond pas pour le moment\u00a0: l’envoi reprendra." : "Reconnectez-vous, puis revenez à cette page\u00a0: l’envoi reprendra."; break; }
      sent = true;
    }
    if (sent) await refresh();
  } catch { words = "Pas de réseau\u00a0: l’envoi se fera dès qu’il revient. Gardez cette page ouverte, ou revenez-y."; }
  busy = false;
  show(words);
  if (no && !dialog.open) tell(refused.lastElementChild); // nobody is interrupted while she signs
}

// What the hub refused she corrects: her words are there still, with why. The code alone is typed anew.
function fillAgain() {
  const line = link.closest("[data-hub-line]").dataset.hubLine, before = read().find((one) => one.said && one.line === line && here(one));
  if (!before) return;
  wrong.textContent = before.said; wrong.hidden = false;
  for (const name of ["typed", "arrived_at", "left_at", "reason", "late_reason"]) {
    const control = form.elements[name], fold = control.closest("details");
    control.value = before.fields[name] ?? "";
    if (fold && control.value) fold.open = true;
  }
}

sheet.addEventListener("click", (event) => {
  link = event.target.closest("[data-hub-sign]");
  if (!link || !dialog.showModal) return;
  event.preventDefault();
  form.reset(); drawing.clear(); wrong.hidden = true; askWhy();
  for (const fold of form.querySelectorAll("details")) fold.open = false; // what the last one opened
  fillAgain();
  form.querySelector("[data-hub-pad-name]").textContent = link.dataset.hubSign;
  codeSaid.textContent = "Code perdu\u00a0?"; codeButton.hidden = false;
  dialog.showModal();
});
form.querySelector("[data-hub-pad-cancel]").addEventListener("click", () => dialog.close());

// Her code goes to her own mailbox: nobody reads it on this telephone.
codeButton.addEventListener("click", async () => {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  codeButton.hidden = true;
  try {
    const answer = await fetch(new URL("code/", link.href), { method: "POST", body, headers: { Accept: "application/json" } });
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    codeSaid.textContent = isOurs ? (await answer.json()).said : answer.status >= 500 ? "Le hub ne répond pas pour le moment\u00a0: redemandez le code dans un instant." : "Le code n’est pas parti\u00a0: reconnectez-vous, puis redemandez-le.";
    codeButton.hidden = isOurs;
  } catch {
    codeSaid.textContent = "Pas de réseau\u00a0: le code ne part pas maintenant. La signature tracée n’en demande pas.";
    codeButton.hidden = false;
  }
});

// From the beginning of the half-day, whose moment the hub says: the telephone may stand in another time zone.
function isToCome(hour, { hubBegins, hubStarts }) {
  const minutes = (text) => text.slice(0, 2) * 60 + Number(text.slice(3, 5));
  return Date.parse(hubBegins) + (minutes(hour) - minutes(hubStarts)) * MINUTE > Date.now() + MINUTE;
}

// What the hub would refuse, said while she who signs still holds the telephone (rules.check_typed, check_times, check_arrived).
function lack({ strokes, typed, code, arrived_at: from, left_at: to, reason, late_reason: late }) {
  const { hubStarts: starts, hubEnds: ends, hubHours: hours } = form.dataset, whose = link.dataset.hubSign;
  if (!strokes && !typed.trim()) return "Signez dans le cadre, ou écrivez votre nom en entier.";
  if (!strokes && plain(typed) !== plain(whose)) return `Pour signer au clavier, écrivez le nom en entier\u00a0: ${whose}.`;
  if (!strokes && !/^\d{4}$/.test(code.replace(/\s/g, ""))) return "Pour signer au clavier, écrivez aussi le code à quatre chiffres.";
  if (from && (from < starts || from >= ends)) return `L’arrivée est entre ${hours}\u202f; laissez vide pour une arrivée à l’heure.`;
  if (to && (to <= starts || to > ends)) return `Le départ est entre ${hours}\u202f; laissez vide pour un départ à l’heure.`;
  if (from && to && to <= from) return "Le départ suit l’arrivée.";
  if (from && isToCome(from, form.dataset)) return "Cette heure n’est pas encore là.";
  if (((from || starts) !== starts || (to || ends) !== ends) && !reason.trim()) return "Dites pourquoi\u00a0: retard, départ avant la fin.";
  return late !== undefined && !late.trim() ? "La demi-journée est finie\u00a0: dites pourquoi la signature vient après." : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  askWhy();
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key", "device_at"].includes(name)));
  const lacks = lack(fields);
  wrong.hidden = !lacks; wrong.textContent = lacks;
  if (lacks) { tell(wrong); return; }
  const line = link.closest("[data-hub-line]").dataset.hubLine;
  const others = read().filter((one) => !(one.said && one.line === line && here(one))); // she signs again: what was refused is answered
  write([...others, { key: unique(), sheet: sheet.dataset.hubSheet, line, name: link.dataset.hubSign, url: link.href, at: new Date().toISOString(), fields }]);
  dialog.close();
  show(); send();
});

addEventListener("online", send);
setInterval(() => { if (read().some((one) => !one.said)) send(); }, AGAIN);
askWhy(); show(); send();
