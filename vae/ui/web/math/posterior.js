/** q(z|x), independent over the latents: one distribution of the prior's family for each. */

/**
 * @typedef {import("./families/family.js").Family} Family
 * @typedef {object} Posterior
 * @property {Family} family
 * @property {Float64Array[]} values of the family's parameters, (D,) each
 * @property {Float32Array} mean (D,)
 * @property {Float32Array} std (D,)
 */

/**
 * From what an encoder puts out for one picture.
 * @param {Family} family
 * @param {ArrayLike<number>} outputs (2D,): of every latent the first number, then the second ones
 * @returns {Posterior}
 */
export function posterior(family, outputs) {
  const latents = outputs.length / 2;
  return collected(family, latents, (i) => family.posterior(outputs[i], outputs[latents + i]));
}

/**
 * As a checkpoint stores it.
 * @param {Family} family
 * @param {ArrayLike<number>} mean (D,)
 * @param {ArrayLike<number>} std (D,)
 * @returns {Posterior}
 */
export function fromMoments(family, mean, std) {
  return collected(family, mean.length, (i) => family.fromMoments(mean[i], std[i]));
}

/**
 * @param {Family} family
 * @param {number} latents
 * @param {(latent: number) => number[]} valuesOf
 * @returns {Posterior}
 */
function collected(family, latents, valuesOf) {
  const values = family.parameters.map(() => new Float64Array(latents));
  const [mean, std] = [new Float32Array(latents), new Float32Array(latents)];
  for (let i = 0; i < latents; i++) {
    const own = valuesOf(i);
    own.forEach((value, k) => (values[k][i] = value));
    [mean[i], std[i]] = family.moments(own);
  }
  return { family, values, mean, std };
}

/**
 * z ~ q(z|x), by its quantile functions.
 * @param {Posterior} q
 * @param {(latent: number) => number} u the uniform number of a latent, in (0, 1)
 * @returns {number[]} (D,)
 */
export function sample({ family, values, mean }, u) {
  return Array.from(mean, (_, i) =>
    family.distribution(...values.map((value) => value[i])).quantile(u(i)));
}
