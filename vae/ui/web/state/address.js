/**
 * The address holds what is on the page: the model, z, and what the parts show. Nothing of it is
 * ever put into HTML; what does not suit is left out, and said.
 */

import { isInRange } from "./facts.js";
import { MOST_SEED, MOST_TEMPERATURE, parametric, PRIOR, specText } from "./specs.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("../math/distribution.js").Spec} Spec
 */

const DEBOUNCE = 400;
const MOST = 1e4;
const PLANE = /^(components|\d{1,3},\d{1,3})$/;
const SEED = /^\d{1,10}$/;
const PANEL = /^(?:([\w.-]{1,64})~)?(\w{1,64})(?::(-?\d[^:]*))?(?::([a-z]+))?(?::t(\d(?:\.\d{1,3})?))?$/;
const NUMBER = /^-?\d{1,4}(?:\.\d{1,17})?$/;

/**
 * What an address says of the parts of the page, by key: whether a text is what its part wrote.
 * @type {Object<string, (text: string, facts: Facts) => boolean>}
 */
const VIEW = {
  tab: (text, { tabs }) => tabs.some(({ name }) => name === text),
  plane: (text) => PLANE.test(text),
  compare: (text) => /^(models|learning|vae-and-gan|claims)$/.test(text),
  seed: (text) => SEED.test(text) && Number(text) <= MOST_SEED,
  ...Object.fromEntries(["p", "p2", "p3", "p4"].map((key) => [key, isPanel])),
};

/**
 * @param {string} search the address from its question mark on
 * @param {{name: string, latents: number, classes?: string[]}[]} models what there is
 * @param {Facts} facts
 * @returns {{model: string, z: number[]|undefined, y: number, view: import("./session.js").View,
 *   problems: string[]}}
 */
export function readAddress(search, models, facts) {
  const given = new URLSearchParams(search);
  /** @type {string[]} */
  const problems = [];
  const asked = given.get("model");
  const found = models.find(({ name }) => name === asked);
  if (asked !== null && !found) problems.push("there is no such model");
  const { name, latents, classes } = found ?? models[0];
  const z = readNumbers(given.get("z"), latents);
  if (z === null) problems.push(`its z is not ${latents} numbers`);
  const y = given.get("y") ?? "0";
  const count = classes?.length ?? 10;
  const told = /^\d{1,3}$/.test(y) && Number(y) < count;
  if (!told) problems.push(`its class is not one of the ${count}, from 0 to ${count - 1}`);
  /** @type {Object<string, string>} */
  const view = {};
  for (const [key, suits] of Object.entries(VIEW)) {
    const text = given.get(key);
    if (text === null) continue;
    if (suits(text, facts)) view[key] = text;
    else problems.push(`its ${key} cannot be read`);
  }
  return { model: name, z: z ?? undefined, y: told ? Number(y) : 0, view, problems };
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
 * @param {{name: string, model: {classes: number}, z: number[], y: number,
 *   view: import("./session.js").View}} state
 */
export function writeAddress({ name, model, z, y, view }) {
  const parts = [["model", name], ["z", z.join(",")]];
  if (model.classes) parts.push(["y", String(y)]);
  for (const [key, text] of Object.entries(view)) {
    if (text !== undefined && Object.hasOwn(VIEW, key)) parts.push([key, text]);
  }
  return `?${parts.map(([key, value]) => `${key}=${value}`).join("&")}`;
}

/**
 * Keeps the address up to date, once somebody has touched the page and whenever it rests.
 * @param {import("./session.js").Session} session
 */
export function keepAddress(session) {
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (session.touched && session.model) {
        history.replaceState(history.state, "", location.pathname + writeAddress(session));
      }
    }, DEBOUNCE);
  };
  session.on(["z", "view", "model"], keep);
}

/**
 * What one panel of Sample shows: mlp-20~beta:4,3:matched:t0.8.
 * @param {{name: string|null, spec: Spec, temperature: number}} panel
 */
export function panelText({ name, spec, temperature }) {
  const heat = temperature === 1 ? "" : `:t${temperature}`;
  return `${name ? `${name}~` : ""}${specText(spec)}${heat}`;
}

/**
 * What panelText() wrote; null when it is not that, or out of range.
 * @param {string} text
 * @param {Facts} facts
 * @returns {{name: string|null, spec: Spec, temperature: number}|null}
 */
export function parsePanel(text, facts) {
  const [, name = null, family, values, form, heat = "1"] = text.match(PANEL) ?? [];
  const spec = family === undefined ? null : parseSpec(family, values, form, facts);
  const temperature = Number(heat);
  return spec && temperature <= MOST_TEMPERATURE ? { name, spec, temperature } : null;
}

/** @type {(text: string, facts: Facts) => boolean} */
function isPanel(text, facts) {
  return parsePanel(text, facts) !== null;
}

/**
 * @param {string} family
 * @param {string|undefined} values
 * @param {string|undefined} form
 * @param {Facts} facts
 * @returns {Spec|null}
 */
function parseSpec(family, values, form, facts) {
  if (family === PRIOR.family || Object.hasOwn(facts.fitted, family)) {
    return values === undefined && form === undefined ? { family } : null;
  }
  const texts = values?.split(",") ?? [];
  const numbers = texts.map(Number);
  const suits = texts.every((one) => NUMBER.test(one)) && isInRange(facts, family, numbers)
    && facts.families[family].parameters.length === texts.length;
  const known = form === undefined || facts.forms.includes(form);
  return suits && known ? parametric(family, numbers, form) : null;
}
