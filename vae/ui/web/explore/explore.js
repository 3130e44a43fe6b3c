/** Explore: sliders, the map, paths, and ways to jump. */

import { CLASSES } from "../engine/classifier.js";
import { History } from "../state/history.js";
import { firstPlane, LatentMap } from "../map/map.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { mountPath } from "./path.js";
import { Plane } from "../map/plane.js";
import { uniforms } from "../math/random.js";
import { Sliders } from "./sliders.js";
import { steer } from "../map/pointer.js";

const COMPONENTS = "components";

export function mount(element, session) {
  const root = element.querySelector(".explore");
  new Sliders(root.querySelector(".sliders"), session);
  const map = new LatentMap(root.querySelector(".layers-of-map"), session);
  steer(map);
  mountHistory(root, session);
  mountRandom(root, session);
  mountClasses(root, session);
  mountPlane(root, session, map);
  mountLegend(root, map);
  mountPath(root.querySelector(".path"), session, map);
}

function mountHistory(root, session) {
  const history = new History(session);
  const [undo, redo] = ["undo", "redo"].map((name) => root.querySelector(`.${name}`));
  const show = () => {
    undo.disabled = !history.canUndo;
    redo.disabled = !history.canRedo;
  };
  undo.addEventListener("click", () => history.undo());
  redo.addEventListener("click", () => history.redo());
  history.addEventListener("change", show);
  session.addEventListener("z", show);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input[type=number], input[type=text], textarea");
    if (typing || !root.offsetParent || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) history.redo();
    else if (key === "z") history.undo();
    else return;
    event.preventDefault();
  });
}

function mountRandom(root, session) {
  const from = root.querySelector(".from select");
  session.withModel(() => {
    const chosen = from.value;
    const sources = [["prior", "the prior p(z)"]];
    if (session.aggregate) {
      sources.push(["aggregate", "the aggregate posterior"]);
      for (let digit = 0; digit < CLASSES; digit++) sources.push([digit, `the encodings of ${digit}s`]);
    }
    from.replaceChildren(...sources.map(([value, text]) => new Option(text, value)));
    if (sources.some(([value]) => String(value) === chosen)) from.value = chosen;
  });
  root.querySelector(".random").addEventListener("click", () => {
    const { model, aggregate } = session;
    if (!model) return;
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], model.latents + 1);
    if (from.value === "prior") {
      session.moveTo(Array.from(u.subarray(1), (v) => model.prior.quantile(v)), "prior");
    } else if (from.value === "aggregate") session.moveTo(aggregate.draw(u), "encodings");
    else session.moveTo(aggregate.draw(u, Number(from.value)), "encodings");
  });
  root.querySelector(".reset").addEventListener("click", () => {
    if (session.model) session.moveTo(session.z.map(() => session.model.prior.mean), "prior mean");
  });
}

function mountClasses(root, session) {
  const buttons = Array.from({ length: CLASSES }, (_, digit) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: digit, disabled: true });
    button.setAttribute("aria-label", `digit class ${digit}`);
    button.addEventListener("click", () => {
      if (session.model.classes) session.setClass(digit);
      else session.moveTo(session.classMean(digit), "class mean");
    });
    return button;
  });
  const show = () => buttons.forEach((button, digit) => {
    if (session.model.classes) button.setAttribute("aria-pressed", session.y === digit);
    else button.removeAttribute("aria-pressed");
  });
  session.withModel(() => {
    const { classes } = session.model;
    buttons.forEach((button, digit) => {
      button.disabled = !classes && !session.statistics.class_mean;
      button.title = classes
        ? `Tells the decoder that the digit is a ${digit}`
        : `The mean of the encodings of every ${digit} in the training set`;
    });
    show();
  });
  session.addEventListener("z", show);
  root.querySelector(".classes").append(...buttons);
}

/** Which plane the map shows: the latent space, two components, or two latents of one's choice. */
function mountPlane(root, session, map) {
  const [across, up] = ["across", "up"].map((name) => root.querySelector(`.${name}`));
  const name = root.querySelector(".plane-name");
  const choose = () => {
    const { model } = session;
    const pair = [across.value, up.value];
    const plane = pair.includes(COMPONENTS)
      ? firstPlane(session)
      : Plane.ofLatents(model.latents, Number(pair[0]), Number(pair[1]));
    session.view.plane = pair.includes(COMPONENTS) ? COMPONENTS : pair.join(",");
    name.textContent = model.latents === 2 ? "The latent space" : "A slice through z:";
    map.show(plane);
    session.emit("view");
  };
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
    const options = () => latents.map((index) => new Option(`latent ${index}`, index));
    const components = aggregate && model.latents > 2;
    [across, up].forEach((select, k) => {
      const first = components ? [new Option(`component ${k + 1}`, COMPONENTS)] : [];
      select.replaceChildren(...first, ...options());
      select.disabled = model.latents === 2;
      select.value = components ? COMPONENTS : latents[k];
    });
    const wanted = view.plane?.split(",") ?? [];
    if (wanted.length === 2 && wanted.every((v) => latents.includes(Number(v)))) {
      [across.value, up.value] = wanted;
    }
    choose();
  });
}

function mountLegend(root, map) {
  const buttons = CLASS_COLOURS.map((colour, digit) => {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = `<i></i>${digit}`;
    button.firstChild.style.background = colour;
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-label", `show the ${digit}s`);
    button.addEventListener("click", () => {
      if (!map.classes.delete(digit)) map.classes.add(digit);
      button.setAttribute("aria-pressed", map.classes.has(digit));
      map.refresh();
    });
    return button;
  });
  root.querySelector(".legend").append(...buttons);
  for (const button of root.querySelectorAll("[data-layer]")) {
    button.addEventListener("click", () => {
      const { layer } = button.dataset;
      map.shown[layer] = !map.shown[layer];
      button.setAttribute("aria-pressed", map.shown[layer]);
      map.refresh();
    });
  }
  root.querySelector(".nearer").addEventListener("click", () => map.zoom(1.5));
  root.querySelector(".further").addEventListener("click", () => map.zoom(1 / 1.5));
  root.querySelector(".whole").addEventListener("click", () => map.whole());
}
