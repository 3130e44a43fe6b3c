/**
 * The address holds what is on the page: the model, z, and what the parts show. Nothing of it is
 * ever put into HTML; what does not suit is left out, and said.
 */

const DEBOUNCE = 400;
const MOST = 1e4;
const NUMBER = "-?\\d{1,4}(?:\\.\\d{1,17})?";
// A panel of Sample, as specs.js writes it: its model, its distribution, its temperature.
const PANEL = new RegExp(
  `^(?:[\\w.-]{1,64}~)?(?:(?:normal|beta):${NUMBER},${NUMBER}(?::(?:standardised|matched))?`
  + "|prior|gaussian|classes|mixture|encodings)(?::t\\d(?:\\.\\d{1,3})?)?$",
);
const VIEW = {
  tab: /^(explore|draw|sample|compare)$/,
  plane: /^(components|\d{1,3},\d{1,3})$/,
  seed: /^\d{1,10}$/,
  p: PANEL,
  p2: PANEL,
  p3: PANEL,
  p4: PANEL,
};

/**
 * @param {string} search the address from its question mark on
 * @param {object[]} models what there is, as {name, latents}
 * @returns {{model: string, z: number[]|undefined, y: number, view: Object<string, string>,
 *   problems: string[]}}
 */
export function readAddress(search, models) {
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
  for (const [key, pattern] of Object.entries(VIEW)) {
    if (!given.has(key)) continue;
    if (pattern.test(given.get(key))) view[key] = given.get(key);
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
