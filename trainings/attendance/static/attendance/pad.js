// A pad to sign on: whole numbers in a box of 360 × 144, no pressure, no speed. Without this file the name is typed.

export function pad(form) {
  const box = form.querySelector("[data-hub-pad]");
  if (!box) return null;
  const drawing = box.querySelector("svg"), ink = box.querySelector(".pad__ink"), field = form.elements.strokes;
  let strokes = [], current = null;

  const show = () => {
    ink.setAttribute("d", strokes.map((stroke) => `M${(stroke.length > 1 ? stroke : [stroke[0], stroke[0]]).map((point) => point.join(" ")).join(" L")}`).join(" "));
    field.value = strokes.length ? JSON.stringify(strokes) : "";
  };
  const place = (event) => {
    const frame = drawing.getBoundingClientRect();
    return [Math.round(((event.clientX - frame.left) * 360) / frame.width), Math.round(((event.clientY - frame.top) * 144) / frame.height)];
  };
  const clear = () => { strokes = []; current = null; show(); };

  drawing.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    current = [place(event)];
    strokes.push(current);
    show();
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!current) return;
    const [x, y] = place(event), [a, b] = current[current.length - 1];
    if (Math.abs(x - a) + Math.abs(y - b) < 3) return; // a hand draws a few hundred points, not thousands
    current.push([x, y]);
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => { current = null; });
  box.querySelector("[data-hub-pad-clear]").addEventListener("click", clear);
  box.hidden = false;
  const typing = form.querySelector("[data-hub-typing]"); // what was typed and refused stays open
  if (typing && !typing.querySelector(".wrong") && !form.elements.typed.value) typing.open = false;
  return { clear };
}

for (const form of document.querySelectorAll("[data-hub-pad-form]")) pad(form);
