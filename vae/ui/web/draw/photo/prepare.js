/** What the server makes of a photo; see `prepare` of vae/ui/server.py. */

import { prepareURL } from "../../state/weights.js";
import { turned } from "./boxes.js";

/**
 * @typedef {{name: string, sentence: string, picture: string}} Step of preparing; its picture a PNG in base64
 * @typedef {object} Prepared
 * @property {{pixels: number[], box: number[]}[]} digits in reading order, at least one
 * @property {Step[]} steps of the first one
 * @property {number} width of the picture that the boxes lie on, in pixels
 * @property {number} height
 */

const SILENT = "The server did not answer, so the picture was not read. Drawing still works.";

/**
 * All digits in a photo.
 * @param {File} file
 * @param {number} [quarters] by which it is turned clockwise first
 * @returns {Promise<Prepared>} rejected with a sentence for the person
 */
export function prepare(file, quarters = 0) {
  return ask(file, quarters ? `?turn=${quarters}` : "");
}

/**
 * What is in a box, as one digit.
 * @param {File} file
 * @param {number[]} box on the photo as it is shown
 * @param {{turn: number, size: number[], of: number}} how turn: quarters by which the photo is shown
 *   turned, and size, its width and height then; of: further quarters by which the box is turned
 * @returns {Promise<Prepared>} rejected with a sentence for the person
 */
export function prepareBox(file, box, { turn, size, of }) {
  const unturned = turned(box, (4 - turn) % 4, size);
  return ask(file, `?box=${unturned.join(",")}&turn=${(turn + of) % 4}`);
}

/**
 * @param {File} file
 * @param {string} query
 * @returns {Promise<Prepared>}
 */
async function ask(file, query) {
  const response = await fetch(prepareURL() + query, { method: "POST", body: file }).catch(() => null);
  const json = response?.headers.get("Content-Type")?.includes("json");
  const answer = json ? await response?.json().catch(() => null) : null;
  if (answer?.digits) return answer;
  // A proxy in front of the server speaks no JSON.
  throw new Error(answer?.error ?? (response?.status === 413 ? tooLarge(file) : SILENT));
}

/** @param {File} file */
function tooLarge({ size }) {
  return `The picture is too large (${(size / 1e6).toFixed(1)} MB) for the proxy in front of this page: `
    + "choose a smaller one, or ask whoever runs the proxy to allow 20 MB (nginx: client_max_body_size 20m).";
}
