// The theme that the person chose; without a script, the system's. Not a module: it runs before the first paint.
(() => {
  const root = document.documentElement;
  const saved = () => { try { return localStorage.getItem("hub-theme"); } catch { return null; } };
  if (saved()) root.dataset.theme = saved();
  addEventListener("DOMContentLoaded", () => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    for (const button of document.querySelectorAll("[data-hub-theme]")) {
      const label = button.querySelector("span");
      const show = () => { label.textContent = dark() ? "Thème clair" : "Thème sombre"; }; // what a click gives
      button.hidden = false;
      button.addEventListener("click", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        try { localStorage.setItem("hub-theme", root.dataset.theme); } catch { /* private browsing */ }
        show();
      });
      system.addEventListener("change", show);
      show();
    }
  });
})();
