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
 * @param {import("./facts.js").ModelFacts[]} models what there is
 * @param {Facts} facts
 * @returns {{model: string, z: number[]|undefined, y: number, view: Object<string, string>,
 *   problems: string[]}}
 */
export function readAddress(search, models, facts) {
  const given = new URLSearchParams(search);
  const problems = [];
  const asked = given.get("model");
  const found = models.find(({ name }) => name === asked);
  if (asked !== null && !found) problems.push("there is no such model");
  const { name, latents } = found ?? models[0];

  let z;
  if (given.has("z")) {
    const values = given.get("z").split(",").map((text) => (text.trim() ? Number(text) : NaN));
    const suits = values.length === latents && values.every((value) => Math.abs(value) <= MOST);
    if (suits) z = values;
    else problems.push(`its z is not ${latents} numbers`);
  }
  const y = given.get("y") ?? "0";
  if (!/^\d$/.test(y)) problems.push("its class is not a digit");
  const view = {};
  for (const [key, suits] of Object.entries(VIEW)) {
    if (!given.has(key)) continue;
    if (suits(given.get(key), facts)) view[key] = given.get(key);
    else problems.push(`its ${key} cannot be read`);
  }
  return { model: name, z, y: /^\d$/.test(y) ? Number(y) : 0, view, problems };
}

/** What `readAddress` reads back. */
export function writeAddress({ name, model, z, y, view }) {
  const parts = [["model", name], ["z", z.join(",")]];
  if (model.classes) parts.push(["y", y]);
  for (const key of Object.keys(VIEW)) if (view[key] !== undefined) parts.push([key, view[key]]);
  return `?${parts.map(([key, value]) => `${key}=${value}`).join("&")}`;
}

/** Keeps the address up to date, once somebody has touched the page and whenever it rests. */
export function keepAddress(session) {
  let timer = null;
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (session.touched && session.model) {
        history.replaceState(history.state, "", location.pathname + writeAddress(session));
      }
    }, DEBOUNCE);
  };
  for (const type of ["z", "view", "model"]) session.addEventListener(type, keep);
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
