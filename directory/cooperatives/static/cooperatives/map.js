// Makes the drawing of [data-hub-map] zoomable, with pins for the [data-hub-spot] of the list beside it.
// Without this file the drawing and the list say the same.
const L = window.L;
const APART = 30; // pixels between two pins, which are 24 wide: nearer communes share one until one zooms in

function spotOf(item) {
  const links = [...item.querySelectorAll("a")];
  return { point: L.latLng(-item.dataset.y, Number(item.dataset.x)), place: item.querySelector("h3").textContent, links };
}

function clusters(spots, map) {
  const found = [];
  for (const spot of spots) {
    const here = map.latLngToLayerPoint(spot.point);
    const near = found.find((cluster) => cluster.pixel.distanceTo(here) < APART);
    if (near) near.spots.push(spot);
    else found.push({ pixel: here, point: spot.point, spots: [spot] });
  }
  return found;
}

function popup(spots) {
  const box = document.createElement("div");
  box.className = "coop-pop";
  for (const { place, links } of spots) {
    const name = document.createElement("p");
    name.className = "soft";
    name.textContent = place;
    const list = document.createElement("ul");
    list.append(...links.map((link) => {
      const item = document.createElement("li");
      item.append(link.cloneNode(true));
      return item;
    }));
    box.append(name, list);
  }
  return box;
}

function pin({ point, spots }) {
  const count = spots.reduce((sum, { links }) => sum + links.length, 0);
  const label = spots.map(({ place, links }) => `${place} : ${links.map((link) => link.textContent).join(", ")}`).join(" ; ");
  const icon = L.divIcon({ className: count > 1 ? "coop-pin coop-pin--many" : "coop-pin", html: count > 1 ? String(count) : "", iconSize: [24, 24] });
  const marker = L.marker(point, { icon, title: label });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", label));
  return marker.bindPopup(() => popup(spots), { minWidth: 180, maxWidth: 260, maxHeight: 280 });
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
  // The wheel scrolls the page until the map has been clicked or reached with the keyboard.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Carte zoomable : flèches pour déplacer, plus et moins pour zoomer");

  const spots = [...document.querySelectorAll("[data-hub-spot]")].map(spotOf).sort((one, other) => other.links.length - one.links.length);
  const pins = L.layerGroup().addTo(map);
  const draw = () => {
    pins.clearLayers();
    clusters(spots, map).forEach((cluster) => pin(cluster).addTo(pins));
  };
  map.on("zoomend", draw);
  draw();
}

if (L) document.querySelectorAll("[data-hub-map]").forEach(zoomable);
