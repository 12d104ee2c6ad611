// Makes the drawing of [data-hub-map] zoomable, with one pin for each [data-hub-spot] of the list beside it.
// Without this file the drawing and the list say the same.
const L = window.L;

function popup(spot) {
  const box = document.createElement("div");
  box.className = "coop-pop";
  const place = document.createElement("p");
  place.className = "soft";
  place.textContent = spot.querySelector("h3").textContent;
  box.append(place, spot.querySelector("ul").cloneNode(true));
  return box;
}

function pin(spot) {
  const names = [...spot.querySelectorAll("a")].map((link) => link.textContent);
  const label = `${spot.querySelector("h3").textContent} : ${names.join(", ")}`;
  const many = names.length > 1;
  const icon = L.divIcon({ className: many ? "coop-pin coop-pin--many" : "coop-pin", html: many ? String(names.length) : "", iconSize: [24, 24] });
  const marker = L.marker([-spot.dataset.y, Number(spot.dataset.x)], { icon, title: label, riseOnHover: true, zIndexOffset: many ? 1000 : 0 });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", label));
  return marker.bindPopup(() => popup(spot), { minWidth: 180, maxWidth: 260 });
}

function zoomable(frame) {
  const [width, height] = [Number(frame.dataset.width), Number(frame.dataset.height)];
  const drawing = frame.querySelector("svg");
  drawing.remove();
  drawing.querySelectorAll("circle").forEach((dot) => dot.remove());
  const bounds = L.latLngBounds([[-height, 0], [0, width]]);
  const map = L.map(frame, {
    crs: L.CRS.Simple, attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, zoomDelta: 0.75,
    maxBounds: bounds.pad(0.2), minZoom: -3, maxZoom: 4,
  });
  L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(map);
  L.svgOverlay(drawing, bounds).addTo(map);
  map.fitBounds(bounds);
  map.setMinZoom(map.getZoom());
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Carte zoomable : flèches pour déplacer, plus et moins pour zoomer");
  document.querySelectorAll("[data-hub-spot]").forEach((spot) => pin(spot).addTo(map));
}

if (L) document.querySelectorAll("[data-hub-map]").forEach(zoomable);
