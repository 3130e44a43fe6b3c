/**
 * Posteriors as a checkpoint stores them: means and standard deviations of half precision, in which
 * the smallest have become 0. The bounds are those of vae/sampler.py.
 */

const LEAST_STD = 1e-4;
const LEAST_TOTAL = 0.1;
const EDGE = 1e-6;

/** A standard deviation that can be divided by. */
export const spread = (std) => Math.max(LEAST_STD, std);

/** A value of a Beta distribution that has a logarithm, and so has 1 minus it. */
export const inside = (value) => Math.min(1 - EDGE, Math.max(EDGE, value));

/** Alpha and beta of the Beta distribution with this mean and standard deviation. */
export function concentrations(mean, std) {
  const m = inside(mean);
  const total = Math.max((m * (1 - m)) / spread(std) ** 2 - 1, LEAST_TOTAL);
  return [m * total, (1 - m) * total];
}
