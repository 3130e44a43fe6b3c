/**
 * Posteriors as a checkpoint stores them: means and standard deviations of half precision, in which
 * the smallest have become 0. The bounds are those of vae/sampler.py.
 */

const LEAST_STD = 1e-4;
const LEAST_TOTAL = 0.1;
const EDGE = 1e-6;

/** Alpha and beta of the Beta distribution with this mean and standard deviation. */
export function concentrations(mean, std) {
  const m = Math.min(1 - EDGE, Math.max(EDGE, mean));
  const total = Math.max((m * (1 - m)) / Math.max(LEAST_STD, std) ** 2 - 1, LEAST_TOTAL);
  return [m * total, (1 - m) * total];
}
