/** Which plane the map shows, the latent space, two components or two latents, and which part of it. */

import { find } from "../canvas/find.js";
import { firstPlane } from "../map/beginning.js";
import { Plane } from "../map/plane.js";

const COMPONENTS = "components";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../map/map.js").LatentMap} LatentMap
 * @typedef {{plane?: string, map?: string}} Kept as an address holds it
 */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {LatentMap} map
 */
export function mountPlane(root, session, map) {
  const [across, up] = [".across", ".up"].map((name) => find(root, name, HTMLSelectElement));
  const name = find(root, ".plane-name");
  // A plane belongs to its model: that of the address to the first.
  /** @type {Map<string, Kept>} */
  const planes = new Map();
  const tell = () => {
    const components = across.value === COMPONENTS;
    const plane = components ? COMPONENTS : `${across.value},${up.value}`;
    // Of one latent there is but one map.
    const kept = { plane: session.model.latents === 1 ? undefined : plane, map: map.view.area };
    planes.set(session.name, kept);
    session.show(kept);
  };
  const show = (/** @type {string} */ area = "") => {
    const { model } = session;
    const plane = across.value === COMPONENTS || model.latents === 1
      ? firstPlane(session)
      : Plane.ofLatents(model.latents, Number(across.value), Number(up.value));
    name.textContent = model.latents > 2 ? "A slice through z:" : "The latent space";
    map.show(plane, area);
    tell();
  };
  across.addEventListener("change", () => {
    agree(across, up, 1);
    show();
  });
  up.addEventListener("change", () => {
    agree(up, across, -1);
    show();
  });
  map.addEventListener("area", tell);
  session.withModel(() => {
    const latents = offer([across, up], session);
    find(root, ".axis.upward").hidden = session.model.latents === 1;
    const { plane, map: area } = (planes.size ? planes.get(session.name) : session.view) ?? {};
    const wanted = plane?.split(",") ?? [];
    if (wanted.length === 2 && wanted.every((value) => latents.includes(Number(value)))) {
      [across.value, up.value] = wanted;
    }
    show(area);
  });
}

/**
 * Both axes are components, or neither is; and never the same latent twice.
 * @param {HTMLSelectElement} changed
 * @param {HTMLSelectElement} other
 * @param {number} shift to another latent, where it must be another
 */
function agree(changed, other, shift) {
  const needed = changed.value !== COMPONENTS
    && (other.value === COMPONENTS || other.value === changed.value);
  if (changed.value === COMPONENTS) other.value = COMPONENTS;
  if (!needed) return;
  const values = [...other.options].map(({ value }) => value).filter((value) => value !== COMPONENTS);
  other.value = values[(values.indexOf(changed.value) + shift + values.length) % values.length];
}

/**
 * Fills both axes for the model in use, at first with what suits it best.
 * @param {HTMLSelectElement[]} axes
 * @param {Session} session
 * @returns {number[]} the latents that are offered
 */
function offer(axes, { dimensions, model, aggregate }) {
  const active = dimensions.filter((dimension) => dimension.active);
  const latents = (active.length > 1 ? active : dimensions).map(({ index }) => index);
  if (model.latents === 2) latents.sort();
  const components = aggregate && model.latents > 2;
  axes.forEach((select, k) => {
    const first = components ? [new Option(`component ${k + 1}`, COMPONENTS)] : [];
    select.replaceChildren(...first, ...latents.map((index) => new Option(`latent ${index}`, String(index))));
    select.disabled = model.latents <= 2;
    select.value = components ? COMPONENTS : String(latents[k] ?? latents[0]);
  });
  return latents;
}
