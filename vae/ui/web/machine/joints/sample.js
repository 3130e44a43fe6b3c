/** q(z|x) -> z: the noise that makes one z of a distribution; of the prior where there is no x. */

import { uniforms } from "../../math/random.js";
import { sample as draw } from "../../math/posterior.js";
import { NOTATION } from "./notation.js";
import { numbersTable } from "./table.js";

/** @typedef {import("../../state/session.js").Session} Session */

/** @type {import("./joints.js").Joint} */
export const sample = {
  title: "q(z|x) \u2192 z: one latent vector",
  lacks: () => "",
  words({ model, posterior }) {
    const { noise } = NOTATION[model.prior.family.name];
    if (!posterior) {
      return `Without an x, z comes from the prior p(z) = ${model.prior.label} of every latent, or from where you put it. ${noise} is the noise that would have made this z of the prior.`;
    }
    return `z is made of q\u2019s parameters and of noise ${noise} that is drawn outside the network, so that the gradient passes through the parameters as if z had not been random. The page shows the mean of q until you draw or move z; ${noise} is then what would have given this z.`;
  },
  formulas: ({ model }) => [NOTATION[model.prior.family.name].sample],
  sources: ({ model }) => [`${model.prior.family.name}.rsample`],
  mount(root, session) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "draw-z" });
    button.addEventListener("click", () => drawAnother(session));
    root.append(button);
    const table = numbersTable(root, "how z is made, latent by latent");
    return ({ model, posterior, z, dimensions }) => {
      const { values, noise, noiseOf } = NOTATION[model.prior.family.name];
      button.textContent = posterior ? `draw another ${noise}` : "draw z from the prior";
      table([...values, noise, "z"], dimensions.map(({ index, active }) => {
        const own = posterior ? posterior.values.map((all) => all[index]) : model.prior.values;
        return { latent: index, active, numbers: [...own, noiseOf(z[index], own), z[index]] };
      }));
    };
  },
};

/** @param {Session} session */
function drawAnother(session) {
  const { model, posterior } = session;
  const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], model.latents);
  if (posterior) session.moveTo(draw(posterior, (i) => u[i]), "drawn");
  else session.moveTo(Array.from(u, (one) => model.prior.quantile(one)), "prior");
}
