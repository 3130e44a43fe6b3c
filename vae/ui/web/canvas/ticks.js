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

/**
 * Ticks of a logarithmic axis: 1, 2 and 5 of every power of ten.
 * @param {number} from the logarithm to the base 10 of its lower end
 * @param {number} to
 */
export function powers(from, to) {
  const all = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (Math.log10(value) >= from && Math.log10(value) <= to) all.push({ value, label: short(value) });
    }
  }
  return all;
}

/**
 * A number in five digits at most.
 * @param {number} value
 */
export function short(value) {
  return String(Number(value.toPrecision(5))).replace("-", "\u2212");
}
