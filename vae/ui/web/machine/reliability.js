/** How far the classifier can be trusted, as its own record says, wherever it is used. */

import { find, write } from "../canvas/find.js";

const WORDS = `<button type="button" class="dotted" data-term="classifier">classifier</button>: accuracy
  <b class="accuracy"></b>, <button type="button" class="dotted" data-term="calibration">calibration
  error</button> <b class="calibration"></b>`;

/**
 * In every .reliability of a part of the page; a dash until the classifier has come, and for what its
 * record lacks.
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 */
export function tellReliability(root, session) {
  const places = [...root.querySelectorAll(".reliability")];
  for (const place of places) place.innerHTML = WORDS;
  const tell = () => {
    const { accuracy, calibration_error: error } = session.classifier?.record.figures ?? {};
    for (const place of places) {
      write(find(place, ".accuracy"), percent(accuracy, 2));
      write(find(place, ".calibration"), percent(error, 1));
    }
  };
  session.on("classifier", tell);
  tell();
}

/**
 * @param {number|undefined} share
 * @param {number} digits after the point
 */
function percent(share, digits) {
  return share === undefined ? "\u2013" : `${(100 * share).toFixed(digits)}%`;
}
