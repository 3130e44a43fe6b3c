/**
 * The address holds what is on the page: the model, z and its class, the pins, the drawing, and what the
 * parts show. Nothing of it is ever put into HTML; what does not suit is left out, and said.
 */

import { depthOf } from "./depth.js";
import { LEARN_TABS, twoLatents } from "./facts.js";
import { parseSampleSet } from "./sample-sets.js";
import { MOST_SEED } from "./specs.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./session.js").Session} Session
 * @typedef {(text: string, facts: Facts) => boolean} Check whether a part can have written the text
 * @typedef {{[key in keyof typeof SHOWN]?: string}} View what the parts of the page show, by key
 *
 * @typedef {object} Found in an address
 * @property {string} model
 * @property {number[]} [z]
 * @property {number} y
 * @property {Session["pins"]} pins
 * @property {string} [drawing] see strokes.js
 * @property {import("./stage.js").Prepared} prepared
 * @property {boolean} drawn whether z was drawn from the drawing's q(z|x)
 * @property {View} view
 * @property {string[]} problems what was left out, in words
 */

const MOST = 1e4;
/** The longest drawing that a link holds, in characters: what servers and chats take, with room for the rest. */
export const MOST_DRAWING = 3000;
const DRAWING = /^[\w-]+$/;
// The name of a model is that of a file, which may hold nearly anything.
const NAMES = /^[^<>]{1,1000}$/;

/** @type {(...texts: string[]) => Check} */
const oneOf = (...texts) => (text) => texts.includes(text);
/** @type {(pattern: RegExp) => Check} */
const like = (pattern) => (text) => pattern.test(text);
/** How a table is sorted; see canvas/table.js. */
const ORDER = like(/^[^<>]{1,60},(rising|falling)$/);
/** @type {Check} */
const isSampleSet = (text, facts) => parseSampleSet(text, facts) !== null;

/** What an address holds of what the parts of the page show: one line a key, by the part that writes it. */
const SHOWN = {
  // The bar.
  depth: oneOf("learn", "lab"),
  present: oneOf("1"),
  theme: oneOf("dark", "light"),
  pixels: oneOf("1"),
  paper: oneOf("1"),
  tab: /** @type {Check} */ ((text, { tabs }) => tabs.some(({ name }) => name === text)),
  // The machine: which joint is unfolded.
  joint: oneOf("encode", "sample", "decode", "costs"),
  // Explore: the plane of the map; the middle and width of what is seen of it; which layers and classes
  // are not; the kind of path between the pins, and how far along it one is.
  plane: like(/^(components|\d{1,3},\d{1,3})$/),
  map: like(/^-?\d[\d.e-]{0,15}(,-?\d[\d.e-]{0,15}){2}$/),
  without: like(/^[a-z0-9]{1,12}(,[a-z0-9]{1,12}){0,99}$/),
  path: like(/^(straight|spherical|quantile)(,[01](\.\d{1,3})?)?$/),
  // Sample: its sets of samples, which of them is being changed, and their seed; the latent whose density is
  // shown; whether the readings stand on the digits.
  p: isSampleSet,
  p2: isSampleSet,
  p3: isSampleSet,
  p4: isSampleSet,
  set: oneOf("2", "3", "4"),
  latent: like(/^\d{1,3}$/),
  readings: oneOf("0"),
  seed: /** @type {Check} */ ((text) => /^\d{1,10}$/.test(text) && Number(text) <= MOST_SEED),
  // The table of all figures where it is open: its heading and way.
  figures: ORDER,
  // Compare: its page; the models whose curves are shown, and of what; a model's snapshots: which one, and
  // beside which; the seconds of VAE against GAN; how the table of models is sorted; the claims, from 1, of
  // which the exhibit is open.
  compare: oneOf("models", "learning", "vae-and-gan", "claims"),
  curves: like(NAMES),
  loss: like(/^(total|reconstruction|kl|kl_weight),(epoch|seconds),(both|train|test|none)$/),
  snapshots: like(/^[^<>]{1,255}(,\d{1,3}){0,2}$/),
  seconds: like(/^\d{1,6}(\.\d{1,6})?$/),
  sort: ORDER,
  exhibits: like(/^\d{1,3}(,\d{1,3}){0,99}$/),
};
const KEYS = /** @type {(keyof typeof SHOWN)[]} */ (Object.keys(SHOWN));

/**
 * @param {string} search the address from its question mark on
 * @param {{name: string, latents: number, encoder?: boolean, classes?: string[]}[]} models what there is
 * @param {Facts} facts
 * @param {string|null} [usual] the depth that a person chose last
 * @returns {Found}
 */
export function readAddress(search, models, facts, usual = null) {
  const given = new URLSearchParams(search);
  /** @type {string[]} */
  const problems = [];
  const view = readView(given, facts, problems);
  const plain = twoLatents(models);
  view.depth = plain ? depthOf(search, usual) : "lab";
  if (view.depth === "learn" && !LEARN_TABS.includes(view.tab ?? "explore")) delete view.tab;
  const asked = given.get("model");
  const found = models.find(({ name }) => name === asked);
  if (asked !== null && !found) problems.push("there is no such model");
  const { name, latents, classes } = (view.depth === "learn" && plain) || found || models[0];
  const [z, A, B] = ["z", "A", "B"].map((key) => {
    const values = readNumbers(given.get(key), latents);
    if (values === null) problems.push(`its ${key} is not ${latents} numbers`);
    return values ?? undefined;
  });
  const y = given.get("y") ?? "0";
  const count = classes?.length ?? 10;
  const told = /^\d{1,3}$/.test(y) && Number(y) < count;
  if (!told) problems.push(`its class is not one of the ${count}, from 0 to ${count - 1}`);
  const drawing = given.get("drawing") ?? undefined;
  const drawn = drawing === undefined || (drawing.length <= MOST_DRAWING && DRAWING.test(drawing));
  if (!drawn) problems.push("its drawing cannot be read");
  return {
    model: name, z, y: told ? Number(y) : 0, pins: { A: A ?? null, B: B ?? null },
    drawing: drawn ? drawing : undefined,
    prepared: given.get("prepared") === "drawn" ? "drawn" : "mnist",
    drawn: given.get("origin") === "drawn",
    view, problems,
  };
}

/**
 * @param {URLSearchParams} given
 * @param {Facts} facts
 * @param {string[]} problems to which those of this are added
 */
function readView(given, facts, problems) {
  /** @type {View} */
  const view = {};
  for (const key of KEYS) {
    const text = given.get(key);
    if (text === null) continue;
    if (SHOWN[key](text, facts)) view[key] = text;
    else problems.push(`its ${key} cannot be read`);
  }
  return view;
}

/**
 * @param {string|null} text
 * @param {number} count
 * @returns {number[]|null|undefined} null for what is not so many numbers, undefined for nothing
 */
function readNumbers(text, count) {
  if (text === null) return undefined;
  const values = text.split(",").map((one) => (one.trim() ? Number(one) : NaN));
  const suits = values.length === count && values.every((value) => Math.abs(value) <= MOST);
  return suits ? values : null;
}

/**
 * What `readAddress` reads back.
 * @param {{name: string, model: {classes: number}, z: number[], y: number, pins: Session["pins"],
 *   prepared: Session["prepared"], origin: string, view: View}} state
 * @param {string} [drawing] see strokes.js
 */
export function writeAddress({ name, model, z, y, pins, prepared, origin, view }, drawing) {
  const parts = [["model", name], ["z", z.join(",")]];
  if (model.classes) parts.push(["y", String(y)]);
  for (const [key, pinned] of Object.entries(pins)) if (pinned) parts.push([key, pinned.join(",")]);
  for (const key of KEYS) {
    const text = view[key];
    if (text !== undefined) parts.push([key, text]);
  }
  if (origin === "drawn") parts.push(["origin", origin]);
  if (drawing && prepared === "drawn") parts.push(["prepared", prepared]);
  if (drawing) parts.push(["drawing", drawing]);
  const query = parts.map(([key, value]) => `${key}=${encoded(value)}`).join("&");
  return `?${query}`;
}

/**
 * A value of an address, as easy to read as it can be.
 * @param {string} value
 */
function encoded(value) {
  return encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":");
}
