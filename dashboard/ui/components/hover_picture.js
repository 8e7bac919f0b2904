// The picture behind a point, cut from the sheet of all of them, beside the pointer.

/** @import { View } from "./types" */

const SIDE = 72; // px that a small picture is enlarged to

/** @param {View} view @param {{ customdata?: unknown }} point @param {MouseEvent} event */
export function showPicture({ host, options }, point, event) {
  const item = point.customdata;
  if (!options.pictures || typeof item !== "number" || !Number.isInteger(item)) {
    hidePicture(host);
    return;
  }
  const { source, columns, width, height } = options.pictures;
  const zoom = Math.max(1, Math.round(SIDE / Math.max(width, height)));
  const box = host.getBoundingClientRect();
  const right = event.clientX - box.left < box.width / 2;
  const card = cardOf(host);
  card.hidden = false;
  Object.assign(card.style, {
    width: `${width * zoom}px`,
    height: `${height * zoom}px`,
    backgroundImage: source,
    backgroundSize: `${columns * width * zoom}px auto`,
    backgroundPosition: `${-(item % columns) * width * zoom}px ${-Math.floor(item / columns) * height * zoom}px`,
    left: `${event.clientX - box.left + (right ? 14 : -14 - width * zoom)}px`,
    top: `${event.clientY - box.top + 16}px`,
  });
}

/** @param {HTMLElement} host */
export function hidePicture(host) {
  cardOf(host).hidden = true;
}

/** @param {HTMLElement} host */
function cardOf(host) {
  return /** @type {HTMLElement} */ (host.querySelector(".vs-figure-picture"));
}
