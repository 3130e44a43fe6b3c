/** z -> p(x|z): what the decoder's layers make of z, and the picture, which is the likelihood's mean. */

import { showSteps, stepsOf } from "./layers.js";

/** @type {Object<string, string>} by the name of the likelihood's family */
const LIKELIHOOD = {
  bernoulli: "p(x|z) = \u220f\u2c7c Bernoulli(x\u2c7c; sigmoid(f(z)\u2c7c))",
  gaussian: "p(x|z) = \u220f\u2c7c N(x\u2c7c; sigmoid(f(z)\u2c7c), v)",
};

/** @type {import("./joints.js").Joint} */
export const decode = {
  title: "z \u2192 p(x|z): the decoder",
  lacks: () => "",
  words({ model, y, classNames }) {
    const told = model.classes ? ` It is also told the class, here ${classNames[y]}, so that z holds the handwriting alone.` : "";
    const trained = model.hasEncoder
      ? "The sigmoid makes a mean for every pixel of that: the picture is these means, and its softness is what the model is unsure of."
      : "The sigmoid makes a grey for every pixel; no likelihood trained it, but a network that tells real pictures from invented ones.";
    return `The decoder f turns the ${model.latents} numbers of z, in units of the prior, into a number for each of the 784 pixels. ${trained}${told}`;
  },
  formulas: ({ model: { hasEncoder, config: { likelihood } } }) =>
    [hasEncoder ? LIKELIHOOD[likelihood.family] : "x\u2c7c = sigmoid(f(z)\u2c7c)"],
  sources: ({ model: { hasEncoder, config: { likelihood } } }) =>
    ["logits", ...(hasEncoder ? [`${likelihood.family}.distribution`] : [])],
  mount(root) {
    root.innerHTML = "<div class=\"steps\" role=\"group\" aria-label=\"the decoder\u2019s layers\"></div>";
    return ({ model, z, y }) => {
      const [code, ...trace] = model.traceDecoder(z, y);
      const steps = stepsOf(model.config.decoder, trace);
      Object.assign(steps[steps.length - 1], { shape: [1, 28, 28] });
      const name = model.classes ? "z, and the class" : "z, in the prior\u2019s units";
      showSteps(/** @type {HTMLElement} */ (root.firstElementChild), [
        { name, ...code }, ...steps,
        { name: "sigmoid: the picture", shape: [1, 28, 28], values: model.decode(Float32Array.from(z), 1, y) },
      ]);
    };
  },
};
