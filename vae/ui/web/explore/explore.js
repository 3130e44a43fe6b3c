/** Explore: sliders, the map, paths, and ways to jump. */

import { History } from "../state/history.js";
import { firstPlane, LatentMap } from "../map/map.js";
import { classColour } from "../canvas/palette.js";
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
  mountLegend(root, session, map);
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
      const { classNames } = session;
      const plural = classNames[0].length === 1 ? "s" : "";
      classNames.forEach((name, label) => sources.push([label, `the encodings of ${name}${plural}`]));
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

/** A button a class: its mean code, or what a conditional decoder is told. */
function mountClasses(root, session) {
  const place = root.querySelector(".classes");
  const show = () => [...place.children].forEach((button, label) => {
    if (session.model.classes) button.setAttribute("aria-pressed", session.y === label);
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
        else session.moveTo(session.classMean(label), "class mean");
      });
      return button;
    }));
    place.classList.toggle("worded", classNames.some((name) => name.length > 1));
    show();
  });
  session.addEventListener("z", show);
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

function mountLegend(root, session, map) {
  const legend = root.querySelector(".legend");
  const entry = (name, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("i"), name);
    button.firstChild.style.background = classColour(label);
    button.setAttribute("aria-pressed", map.classes.has(label));
    button.setAttribute("aria-label", `show the ${name}s`);
    button.addEventListener("click", () => {
      if (!map.classes.delete(label)) map.classes.add(label);
      button.setAttribute("aria-pressed", map.classes.has(label));
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
