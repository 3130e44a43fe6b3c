/** x -> q(z|x): what the encoder's layers make of x, and the distribution that it gives every latent. */

import { NOTATION } from "./notation.js";
import { showSteps, stepsOf } from "./layers.js";
import { numbersTable } from "./table.js";

/** @type {import("./joints.js").Joint} */
export const encode = {
  title: "x \u2192 q(z|x): the encoder",
  lacks: ({ model, posterior }) => {
    if (!model.hasEncoder) return "This model has no encoder: nothing here reads a picture.";
    return posterior ? "" : "There is no x yet. Draw a digit or take a ready one, and its numbers stand here.";
  },
  words({ model, drawing }) {
    const noisy = model.config.noisy ? " In training, noise was added to what it puts out; here there is none." : "";
    const what = drawing ? "this x" : "x";
    return `The encoder turns the 784 pixels of ${what} into two numbers for every latent: together they say where z may lie, not one z. ${NOTATION[model.prior.family.name].why}${noisy}`;
  },
  formulas: ({ model }) => [NOTATION[model.prior.family.name].posterior],
  sources: ({ model }) => ["encode", `${model.prior.family.name}.posterior`],
  mount(root) {
    root.innerHTML = "<div class=\"steps\" role=\"group\" aria-label=\"the encoder\u2019s layers\"></div>";
    const table = numbersTable(root, "what the encoder says of every latent");
    return ({ model, drawing: x, posterior, dimensions }) => {
      if (!x || !posterior) return;
      const { outputs, values } = NOTATION[model.prior.family.name];
      const trace = model.traceEncoder(x);
      const raw = trace[trace.length - 1].values;
      const steps = stepsOf(model.config.encoder, trace);
      Object.assign(steps[steps.length - 1], { shape: [2, model.latents] });
      showSteps(/** @type {HTMLElement} */ (root.firstElementChild), [{ name: "x", shape: [1, 28, 28], values: x }, ...steps]);
      const made = values.map((name, k) => ({ name, k })).filter(({ name }) => !outputs.includes(name));
      table([...outputs, ...made.map(({ name }) => name)], dimensions.map(({ index, active }) => ({
        latent: index,
        active,
        numbers: [raw[index], raw[model.latents + index], ...made.map(({ k }) => posterior.values[k][index])],
      })));
    };
  },
};
