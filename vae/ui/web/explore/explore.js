/** Explore: sliders, the map, paths, and ways to jump. */

import { History } from "../state/history.js";
import { find } from "../canvas/find.js";
import { firstPlane, LatentMap } from "../map/map.js";
import { classColour } from "../canvas/palette.js";
import { mountPath } from "./path.js";
import { Plane } from "../map/plane.js";
import { uniforms } from "../math/random.js";
import { Sliders } from "./sliders.js";
import { steer } from "../map/pointer.js";

const COMPONENTS = "components";
const TYPED = "input[type=number], input[type=text], textarea";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../map/map.js").LatentMap} ShownMap
 */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const root = find(element, ".explore");
  new Sliders(find(root, ".sliders"), session);
  const map = new LatentMap(find(root, ".layers-of-map"), session);
  steer(map);
  mountHistory(root, session);
  mountRandom(root, session);
  mountClasses(root, session);
  mountPlane(root, session, map);
  mountLegend(root, session, map);
  mountPath(find(root, ".path"), session, map);
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountHistory(root, session) {
  const history = new History(session);
  const [undo, redo] = [".undo", ".redo"].map((name) => find(root, name, HTMLButtonElement));
  const show = () => {
    undo.disabled = !history.canUndo;
    redo.disabled = !history.canRedo;
  };
  undo.addEventListener("click", () => history.undo());
  redo.addEventListener("click", () => history.redo());
  history.addEventListener("change", show);
  session.on("z", show);
  addEventListener("keydown", (event) => {
    const { target } = event;
    const typing = target instanceof Element && target.closest(TYPED);
    if (typing || !root.offsetParent || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) history.redo();
    else if (key === "z") history.undo();
    else return;
    event.preventDefault();
  });
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountRandom(root, session) {
  const from = find(root, ".from select", HTMLSelectElement);
  session.withModel(() => {
    const chosen = from.value;
    const sources = [["prior", "the prior p(z)"]];
    if (session.aggregate) {
      sources.push(["aggregate", "the aggregate posterior"]);
      const { classNames } = session;
      const plural = classNames[0].length === 1 ? "s" : "";
      classNames.forEach((name, label) =>
        sources.push([String(label), `the encodings of ${name}${plural}`]));
    }
    from.replaceChildren(...sources.map(([value, text]) => new Option(text, value)));
    if (sources.some(([value]) => value === chosen)) from.value = chosen;
  });
  find(root, ".random").addEventListener("click", () => {
    const { model, aggregate } = session;
    if (!model) return;
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], model.latents + 1);
    if (from.value === "prior") {
      session.moveTo(Array.from(u.subarray(1), (v) => model.prior.quantile(v)), "prior");
    } else if (aggregate) {
      const digit = from.value === "aggregate" ? undefined : Number(from.value);
      session.moveTo(aggregate.draw(u, digit), "encodings");
    }
  });
  find(root, ".reset").addEventListener("click", () => {
    if (session.model) session.moveTo(session.z.map(() => session.model.prior.mean), "prior mean");
  });
}

/**
 * A button a class: its mean code, or what a conditional decoder is told.
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountClasses(root, session) {
  const place = find(root, ".classes");
  const show = () => [...place.children].forEach((button, label) => {
    if (session.model.classes) button.setAttribute("aria-pressed", String(session.y === label));
    else button.removeAttribute("aria-pressed");
  });
  session.withModel(() => {
    const { model, classNames, statistics } = session;
    place.replaceChildren(...classNames.map((name, label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.disabled = !model.classes && !statistics.class_mean;
      button.setAttribute("aria-label", `${session.summary()?.digits === false ? "" : "digit "}class ${name}`);
      button.title = model.classes
        ? `Tells the decoder that the class is ${name}`
        : `The mean of the encodings of every ${name} in the training set`;
      button.addEventListener("click", () => {
        if (model.classes) session.setClass(label);
        else session.moveTo(session.classMean(label) ?? session.z, "class mean");
      });
      return button;
    }));
    place.classList.toggle("worded", classNames.some((name) => name.length > 1));
    show();
  });
  session.on("z", show);
}

/**
 * Which plane the map shows: the latent space, two components, or two latents of one's choice.
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {ShownMap} map
 */
function mountPlane(root, session, map) {
  const [across, up] = [".across", ".up"].map((name) => find(root, name, HTMLSelectElement));
  const name = find(root, ".plane-name");
  const choose = () => {
    const { model } = session;
    const pair = [across.value, up.value];
    const plane = pair.includes(COMPONENTS)
      ? firstPlane(session)
      : Plane.ofLatents(model.latents, Number(pair[0]), Number(pair[1]));
    name.textContent = model.latents === 2 ? "The latent space" : "A slice through z:";
    map.show(plane);
    session.show({ plane: pair.includes(COMPONENTS) ? COMPONENTS : pair.join(",") });
  };
  /** @type {(changed: HTMLSelectElement, other: HTMLSelectElement, shift: number) => void} */
  const pick = (changed, other, shift) => {
    // Both axes are components, or neither is; and never the same latent twice.
    if (changed.value === COMPONENTS || changed.value === other.value) other.value = changed.value;
    if (changed.value === COMPONENTS) return choose();
    if (other.value === COMPONENTS || other.value === changed.value) {
      const values = [...other.options].map((option) => option.value).filter((v) => v !== COMPONENTS);
      const at = values.indexOf(changed.value);
      other.value = values[(at + shift + values.length) % values.length];
    }
    choose();
  };
  across.addEventListener("change", () => pick(across, up, 1));
  up.addEventListener("change", () => pick(up, across, -1));
  session.withModel(() => {
    const { dimensions, model, aggregate, view } = session;
    const latents = dimensions.filter(({ active }) => active).map(({ index }) => index);
    if (model.latents === 2) latents.sort();
    const options = () => latents.map((index) => new Option(`latent ${index}`, String(index)));
    const components = aggregate && model.latents > 2;
    [across, up].forEach((select, k) => {
      const first = components ? [new Option(`component ${k + 1}`, COMPONENTS)] : [];
      select.replaceChildren(...first, ...options());
      select.disabled = model.latents === 2;
      select.value = components ? COMPONENTS : String(latents[k]);
    });
    const wanted = view.plane?.split(",") ?? [];
    if (wanted.length === 2 && wanted.every((v) => latents.includes(Number(v)))) {
      [across.value, up.value] = wanted;
    }
    choose();
  });
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {ShownMap} map
 */
function mountLegend(root, session, map) {
  const legend = find(root, ".legend");
  /** @type {(name: string, label: number) => HTMLElement} */
  const entry = (name, label) => {
    const button = document.createElement("button");
    const dot = document.createElement("i");
    button.type = "button";
    button.append(dot, name);
    dot.style.background = classColour(label);
    button.setAttribute("aria-pressed", String(map.classes.has(label)));
    button.setAttribute("aria-label", `show the ${name}s`);
    button.addEventListener("click", () => {
      if (!map.classes.delete(label)) map.classes.add(label);
      button.setAttribute("aria-pressed", String(map.classes.has(label)));
      map.refresh();
    });
    return button;
  };
  session.withModel(() => {
    map.showClasses(session.classNames.length);
    legend.replaceChildren(...session.classNames.map(entry));
  });
  for (const button of root.querySelectorAll("[data-layer]")) {
    button.addEventListener("click", () => {
      const shown = map.toggle(button.getAttribute("data-layer") ?? "");
      button.setAttribute("aria-pressed", String(shown));
    });
  }
  find(root, ".nearer").addEventListener("click", () => map.zoom(1.5));
  find(root, ".further").addEventListener("click", () => map.zoom(1 / 1.5));
  find(root, ".whole").addEventListener("click", () => map.whole());
}
