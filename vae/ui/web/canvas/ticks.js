/** Where an axis has its ticks. */

/**
 * Round numbers between two ends, about `count` of them.
 * @param {number} from
 * @param {number} to
 * @param {number} [count]
 */
export function ticks(from, to, count = 6) {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const all = [];
  for (let n = Math.ceil(from / step); n * step <= to + step * 1e-9; n++) {
    all.push({ value: n * step, label: (n * step).toFixed(digits).replace("-", "\u2212") });
  }
  return all;
}
