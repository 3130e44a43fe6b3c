/** Where an axis has its ticks, and what stands there. */

// From here on numbers are given in thousands, which leave room for the axis' name.
const LARGE = 10_000;

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
  const large = Math.max(Math.abs(from), Math.abs(to)) >= LARGE;
  const all = [];
  for (let n = Math.ceil(from / step); n * step <= to + step * 1e-9; n++) {
    const value = n * step;
    all.push({ value, label: large ? compact(value) : value.toFixed(digits).replace("-", "\u2212") });
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
      if (Math.log10(value) >= from && Math.log10(value) <= to) all.push({ value, label: compact(value) });
    }
  }
  return all;
}

/**
 * A large number in thousands or millions.
 * @param {number} value
 */
export function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  return size >= LARGE ? `${short(value / 1e3)}k` : short(value);
}

/**
 * A number in five digits at most.
 * @param {number} value
 */
export function short(value) {
  return String(Number(value.toPrecision(5))).replace("-", "\u2212");
}
