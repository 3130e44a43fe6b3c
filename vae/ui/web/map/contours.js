/** Lines of equal density in a plane. */

// The mass of a two-dimensional normal distribution within 1, 2 and 3 standard deviations.
export const SIGMA_MASSES = [1, 2, 3].map((sigma) => 1 - Math.exp((-sigma * sigma) / 2));

/**
 * The densities above which these shares of the mass lie: the borders of the smallest regions that
 * hold them (highest-density regions, Hyndman 1996).
 * @param {ArrayLike<number>} density on a regular grid, not negative
 * @param {number[]} masses in (0, 1)
 * @returns {number[]}
 */
export function densityLevels(density, masses) {
  const sorted = Float64Array.from(density).sort().reverse();
  const total = sorted.reduce((a, b) => a + b, 0);
  return masses.map((mass) => {
    let sum = 0;
    return sorted.find((value) => (sum += value) >= mass * total) ?? 0;
  });
}

/**
 * Where a function sampled on a grid crosses a level, by marching squares (Lorensen and Cline 1987,
 * in two dimensions), linearly interpolated.
 * @param {ArrayLike<number>} values columns * rows of them, row by row
 * @param {number} columns
 * @param {number} rows
 * @param {number} level
 * @returns {number[][]} segments [x1, y1, x2, y2] in units of the grid
 */
export function isolines(values, columns, rows, level) {
  const segments = [];
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const at = y * columns + x;
      const corners = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      segments.push(...cell(corners.map((value) => value - level), x, y));
    }
  }
  return segments;
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

/**
 * @param {number[]} above how far each corner is above the level
 * @param {number} x
 * @param {number} y
 */
function cell(above, x, y) {
  const points = [];
  for (let side = 0; side < 4; side++) {
    const next = (side + 1) % 4;
    if (above[side] > 0 === above[next] > 0) continue;
    const t = above[side] / (above[side] - above[next]);
    const [[x1, y1], [x2, y2]] = [CORNERS[side], CORNERS[next]];
    points.push([x + x1 + t * (x2 - x1), y + y1 + t * (y2 - y1)]);
  }
  if (points.length === 2) return [[...points[0], ...points[1]]];
  if (points.length < 4) return [];
  // A saddle: the mean of the corners says which two sides belong together.
  const joined = above.reduce((sum, value) => sum + value) > 0 === above[0] > 0;
  const [a, b, c, d] = joined ? [points[0], points[1], points[2], points[3]]
    : [points[3], points[0], points[1], points[2]];
  return [[...a, ...b], [...c, ...d]];
}
