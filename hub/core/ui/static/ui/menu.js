// What opens and closes: menus, filters on a narrow screen, dialogs, answers. Each works without this file.
const menus = document.querySelectorAll("details.menu");
addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) if (menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
});

for (const fold of document.querySelectorAll("[data-hub-fold]")) if (matchMedia("(max-width: 60rem)").matches) fold.open = false;

// data-hub-tabs: where they do not all fit, the current one is in sight, with a part of those before it.
for (const tabs of document.querySelectorAll("[data-hub-tabs]")) {
  const current = tabs.querySelector("[aria-current]");
  if (current) tabs.scrollLeft += current.getBoundingClientRect().left - tabs.getBoundingClientRect().left - tabs.clientWidth / 4;
}

// <a href="/confirm/" data-hub-opens="id">: the dialog when it is there, else the page.
for (const link of document.querySelectorAll("[data-hub-opens]")) {
  link.addEventListener("click", (event) => {
    const dialog = document.getElementById(link.dataset.hubOpens);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
}

for (const button of document.querySelectorAll("[data-hub-dismiss]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const main = document.querySelector("main");
    button.closest("[data-hub-message]").remove();
    main?.focus();
  });
}
