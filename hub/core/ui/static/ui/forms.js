// Help for forms, each found by its attribute; a form works without it.

// The error summary takes the focus, so that it is read first.
document.querySelector("[data-hub-errors]")?.focus();

// data-hub-suggest: what completes it is fetched for who begins to type, not with every page.
const helps = (input) => input?.matches?.("[data-hub-suggest]") && import("./suggest.js");
addEventListener("focusin", (event) => { helps(event.target); });
helps(document.activeElement);

// A form says for whom one acted when it was shown: sent under another mandate, taken in another tab, the hub refuses it and gives the text back.
// A signature that waits for the network is the trainee's, whoever sends it.
const mandate = document.body.dataset.hubMandate;
document.addEventListener("formdata", (event) => {
  if (mandate && !event.target.closest("[data-hub-pad-dialog]")) event.formData.set("hub_mandate", mandate);
});

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
  let changed = form.querySelector("[aria-invalid]") !== null;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
