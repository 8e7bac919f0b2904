// Points as stamps: which pixels a point covers and how far, by where in a pixel its centre lies.

/** @import { Look } from "./cloud_look.js" */
/** @typedef {{ offsets: Int32Array, levels: Uint8Array }} Stamp pixels from that of the centre, and the level of each */

export const PARTS = 4; // of a pixel's side, of which each has a stamp of its own
export const LEVELS = 16; // of how far a pixel is covered

/** How far a place (px from the centre) is from the edge of a shape; inside it less than 0.
 * @type {Record<string, (x: number, y: number, radius: number) => number>} */
const APART = {
  circle: (x, y, radius) => Math.hypot(x, y) - radius,
  diamond: (x, y, radius) => (Math.abs(x) + Math.abs(y) - 1.3 * radius) * Math.SQRT1_2,
  square: (x, y, radius) => Math.max(Math.abs(x), Math.abs(y)) - 0.89 * radius,
  "triangle-up": (x, y, radius) => Math.max(0.866 * Math.abs(x) - 0.5 * y, y) - 0.6 * radius,
  cross: (x, y, radius) => {
    const [across, down] = [Math.abs(x), Math.abs(y)];
    return Math.max(Math.min(across, down) - 0.4 * radius, Math.max(across, down) - 1.2 * radius);
  },
  x: (x, y, radius) => APART.cross((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2, radius),
};

/** How far the stamps of points of a size reach, in pixels. @param {number} size */
export function reachOf(size) {
  return Math.ceil(0.7 * size) + 2;
}

/**
 * The stamps of a look, those of the parts of a pixel's first row first.
 * @param {Look} look
 * @param {number} ratio pixels of a px
 * @param {number} wide pixels of a row
 * @returns {Stamp[]}
 */
export function stampsOf({ size, symbol, open }, ratio, wide) {
  const apart = APART[symbol] ?? APART.circle;
  const [radius, reach] = [(size * ratio) / 2, reachOf(size * ratio)];
  return Array.from({ length: PARTS ** 2 }, (_, part) => {
    const [x0, y0] = [((part % PARTS) + 0.5) / PARTS, (Math.floor(part / PARTS) + 0.5) / PARTS];
    const [offsets, levels] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
    for (let y = -reach; y <= reach; y++) {
      for (let x = -reach; x <= reach; x++) {
        const far = apart(x + 0.5 - x0, y + 0.5 - y0, radius);
        const ring = open ? Math.min(Math.max(far + 0.5 + ratio, 0), 1) : 1;
        const level = Math.round(LEVELS * Math.min(Math.max(0.5 - far, 0), 1) * ring);
        if (level) {
          offsets.push(y * wide + x);
          levels.push(level);
        }
      }
    }
    return { offsets: Int32Array.from(offsets), levels: Uint8Array.from(levels) };
  });
}
