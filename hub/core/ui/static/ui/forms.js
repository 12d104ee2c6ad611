// Help for forms, each found by its attribute; a form works without it.

// The error summary takes the focus, so that it is read first.
document.querySelector("[data-hub-errors]")?.focus();

// data-hub-suggest: what completes it is fetched for who begins to type, not with every page.
const helps = (input) => input?.matches?.("[data-hub-suggest]") && import("./suggest.js");
addEventListener("focusin", (event) => { helps(event.target); });
helps(document.activeElement);

// A form says for whom one acted when it was shown: sent under another mandate, taken in another tab, the hub refuses it and gives the text back.
// A signature that waits for the network is the trainee's, whoever sends it.
// A question (a GET form) changes nothing: its address, which one shares, holds what was asked alone.
const mandate = document.body.dataset.hubMandate;
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.getAttribute("method")?.toLowerCase() === "post") {
    if (mandate && !target.closest("[data-hub-pad-dialog]")) formData.set("hub_mandate", mandate);
    return;
  }
  for (const name of new Set(formData.keys())) {
    const said = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    for (const value of said) formData.append(name, value);
  }
});

// data-hub-heaviest, in octets: a file past it is told of as the server would, beside its field, and its form is not sent for nothing.
const isHeavy = (input) => [...input.files].some((file) => file.size > input.dataset.hubHeaviest);
addEventListener("change", ({ target: input }) => {
  if (!input.dataset?.hubHeaviest) return;
  const [file] = input.files, id = `${input.id}_heavy`, described = (input.getAttribute("aria-describedby") ?? "").split(" ");
  document.getElementById(id)?.remove();
  const others = described.filter((one) => one && one !== id), heavy = isHeavy(input);
  input.setAttribute("aria-describedby", (heavy ? [...others, id] : others).join(" "));
  heavy ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  if (!heavy) return;
  const megabytes = file.size / 2 ** 20, extension = file.name.toLowerCase().split(".").pop();
  const size = (megabytes < 10 ? megabytes.toFixed(1).replace(".0", "").replace(".", ",") : Math.round(megabytes)) + "\u00a0Mo";
  const { "": plain, ...advices } = JSON.parse(input.dataset.hubAdvice);
  const said = document.createElement("div");
  said.id = id;
  said.className = "wrong";
  said.setAttribute("role", "alert");
  said.textContent = input.dataset.hubTooHeavy.replace("{size}", size).replace("{advice}", advices[extension] ?? plain);
  input.before(said);
});
addEventListener("submit", (event) => {
  const heavy = [...event.target.elements].find((input) => input.dataset?.hubHeaviest && isHeavy(input));
  if (!heavy || event.submitter?.formNoValidate) return;
  event.preventDefault();
  event.stopPropagation();
  heavy.focus();
}, true);

// data-hub-once: a second press of the button sends nothing.
for (const form of document.querySelectorAll("form[data-hub-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    form.querySelector(".busy")?.classList.add("on");
  });
}
// Back from the next page: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
    form.querySelector(".busy")?.classList.remove("on");
  }
});

// data-hub-unsaved: leaving with text that was not sent asks first. A form that came back with errors counts as changed.
for (const form of document.querySelectorAll("form[data-hub-unsaved]")) {
  let changed = form.querySelector("[aria-invalid]") !== null || document.querySelector("[data-hub-errors]") !== null;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
