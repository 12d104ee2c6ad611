// Fills the datalist of each [data-hub-suggest] input while one types; forms.js fetches it when one of them takes the focus. Without it the
// input is plain text, understood when the form is sent.
const PAUSE_MS = 150;

function fill(list, results) {
  list.replaceChildren(...results.map(({ value, label }) => {
    const option = document.createElement("option");
    option.value = value;
    option.label = label ? `${value}, ${label}` : value;
    return option;
  }));
}

function suggest(input) {
  const list = document.getElementById(input.getAttribute("list"));
  let timer, asked;
  const typed = () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < 2 || [...list.options].some((option) => option.value === text)) return;
    timer = setTimeout(async () => {
      asked?.abort();
      asked = new AbortController();
      const address = `${input.dataset.hubSuggest}?q=${encodeURIComponent(text)}`;
      try {
        const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (answer.ok) fill(list, (await answer.json()).results);
      } catch (error) {
        if (error.name !== "AbortError") list.replaceChildren();
      }
    }, PAUSE_MS);
  };
  input.addEventListener("input", typed);
  if (input === document.activeElement) typed(); // begun before this file was there
}

document.querySelectorAll("[data-hub-suggest]").forEach(suggest);
