/** The map's dots in words: why the digit under one may differ, and how far off the slice it lay. */

import { find } from "../canvas/find.js";

// In pixels, how near to a dot a click, and a finger, must be.
const REACH = 4;
const FINGER = 8;

/**
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 * @param {import("../map/map.js").LatentMap} map
 * @returns {(pixel: import("../map/scene.js").Pair, finger: boolean) => void} goes to the dot that
 *   was tapped, if one was
 */
export function mountDots(root, session, map) {
  const words = find(root, ".about-dots");
  session.withModel(() => (words.textContent = session.aggregate ? why(session) : ""));
  return (pixel, finger) => {
    const { aggregate } = session;
    const dot = map.dots.nearest(map, pixel, finger ? FINGER : REACH);
    if (dot === null || !aggregate) return;
    const { mean, label, latents } = aggregate;
    const off = map.plane.distance(session.z, mean, dot * latents);
    session.setZ(mean.subarray(dot * latents, (dot + 1) * latents), "dot");
    const name = session.classNames[label[dot]];
    words.textContent = map.plane.isAll
      ? `z is now the code of a test image of class ${name}. ${why(session)}`
      : `z is now the code of a test image of class ${name}, which lay ${off.toFixed(2)} off the slice `
        + `(typically ${map.dots.typical.toFixed(2)}). The slice goes through it now, and the digits behind the map are new.`;
  };
}

/** @param {import("../state/session.js").Session} session */
function why({ model: { latents, classes } }) {
  const told = classes ? " and the decoder is told one class for the whole map," : "";
  if (latents === 1) {
    return "A dot is the code of a test digit, the mean of q(z|x). The digits behind it are what the decoder makes "
      + `of its only number:${told} up and down mean nothing here.`;
  }
  if (latents === 2) {
    return "A dot is the code of a test digit, the mean of q(z|x). The digit behind it is what the decoder makes "
      + `of that place:${told} where codes of several classes overlap, it can be of one only.`;
  }
  const rest = latents === 3 ? "third is that" : `other ${latents - 2} are those`;
  return `The fainter a dot, the farther its code lies off this slice. The digit behind a dot has the dot's two `
    + `coordinates, but the ${rest} of z:${told} so it may be of another class.`;
}
