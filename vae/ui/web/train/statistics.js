/** Means and covariances of rows of numbers, one after another. */

export function columnMeans(values, columns) {
  const means = new Float32Array(columns);
  values.forEach((value, i) => (means[i % columns] += (value * columns) / values.length));
  return means;
}

/**
 * Of the rows of `mean`, and of the mixture of posteriors with these means where std is given.
 * @param {Float32Array} mean
 * @param {number} columns
 * @param {Float32Array|null} [std]
 */
export function covariance(mean, columns, std = null) {
  const rows = mean.length / columns;
  const centre = columnMeans(mean, columns);
  const matrix = new Float32Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let at = 0; at < mean.length; at += columns) {
        total += (mean[at + i] - centre[i]) * (mean[at + j] - centre[j]);
        if (std && i === j) total += std[at + i] ** 2;
      }
      matrix[i * columns + j] = matrix[j * columns + i] = total / rows;
    }
  }
  const diagonal = Float32Array.from({ length: columns }, (_, i) => matrix[i * columns + i]);
  return { matrix, diagonal };
}
