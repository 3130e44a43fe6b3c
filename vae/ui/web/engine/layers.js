/**
 * The layer kinds that a network is built from, each as PyTorch computes it in evaluation mode.
 *
 * A kind is a function (layer, shape, parameter, room) -> {shape, run}. `layer` is its entry in the
 * configuration and `shape` the shape of one sample that reaches it; parameter(name, shape) gives a
 * tensor's values or throws; `room` is the `workspace` of the network, and the `block` of most
 * samples that run() is ever given. The result's `shape` is that of one sample that leaves it, and
 * run(x, samples) maps the Numbers of samples to another's, either in place or in some of its own
 * that the next run() overwrites.
 */

import { PANEL } from "./kernel.js";
import { padded, panelStart } from "./matrix.js";

const BATCH_NORM_EPSILON = 1e-5;

/** The number of entries of a tensor of this shape. */
export const volume = (shape) => shape.reduce((product, size) => product * size, 1);

function linear({ inputs, outputs }, shape, parameter, { workspace, block }) {
  expect(shape.length === 1 && shape[0] === inputs, `${inputs} numbers`, shape);
  const weight = workspace.reserve(inputs * padded(outputs));
  pack(parameter("weight", [outputs, inputs]), 0, inputs, 1, outputs, inputs, weight.values);
  const bias = parameter("bias", [outputs]);
  const products = workspace.reserve(block * padded(outputs));
  const y = workspace.reserve(block * outputs);

  function run(x, samples) {
    workspace.multiply(x, samples, weight, outputs, inputs, products);
    const [from, to] = [products.values, y.values];
    for (let i = 0, sample = 0; sample < samples; sample++) {
      const start = sample * padded(outputs);
      for (let o = 0; o < outputs; o++) to[i++] = from[start + o] + bias[o];
    }
    return y;
  }
  return { shape: [outputs], run };
}

function convolution(layer, shape, parameter, { workspace, block }) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const large = shape.slice(1);
  const small = large.map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  expect(small.every((size) => size > 0), `at least one kernel of ${kernel}`, shape);
  const [from, to, depth] = [volume(large), volume(small), inputs * kernel * kernel];
  const taps = alignTaps(large, small, layer);
  const weight = workspace.reserve(outputs * depth);
  weight.values.set(parameter("weight", [outputs, inputs, kernel, kernel]));
  const bias = parameter("bias", [outputs]);
  const patches = workspace.reserve(depth * padded(to));
  const products = workspace.reserve(outputs * padded(to));
  const y = workspace.reserve(block * outputs * to);

  function run(x, samples) {
    const [sums, result] = [products.values, y.values];
    for (let sample = 0; sample < samples; sample++) {
      gather(x.values, sample * inputs * from, inputs, from, taps, to, patches.values);
      workspace.multiply(weight, outputs, patches, to, depth, products);
      for (let i = sample * outputs * to, o = 0; o < outputs; o++) {
        const start = o * padded(to);
        for (let p = 0; p < to; p++) result[i++] = sums[start + p] + bias[o];
      }
    }
    return y;
  }
  return { shape: [outputs, ...small], run };
}

// The adjoint of a convolution: a small pixel is spread over the large ones it is gathered from.
function transposedConvolution(layer, shape, parameter, { workspace, block }) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const small = shape.slice(1);
  const large = small.map((size) => (size - 1) * stride - 2 * padding + kernel);
  expect(large.every((size) => size > 0), `more than padding ${padding} takes away`, shape);
  const [from, to, spread] = [volume(small), volume(large), outputs * kernel * kernel];
  const taps = alignTaps(large, small, layer);
  const weight = workspace.reserve(spread * inputs);
  transpose(parameter("weight", [inputs, outputs, kernel, kernel]), inputs, spread, weight.values);
  const bias = parameter("bias", [outputs]);
  const pixels = workspace.reserve(inputs * padded(from));
  const products = workspace.reserve(spread * padded(from));
  const y = workspace.reserve(block * outputs * to);

  function run(x, samples) {
    for (let sample = 0; sample < samples; sample++) {
      pack(x.values, sample * inputs * from, inputs, from, from, 1, pixels.values);
      workspace.multiply(weight, spread, pixels, from, inputs, products);
      const start = sample * outputs * to;
      for (let o = 0; o < outputs; o++) y.values.fill(bias[o], start + o * to, start + (o + 1) * to);
      scatter(products.values, from, taps, y.values, start, outputs, to);
    }
    return y;
  }
  return { shape: [outputs, ...large], run };
}

/**
 * Puts the (depth, columns) matrix whose entry (k, column) is
 * source[start + k * depthStride + column * columnStride] into panels.
 */
function pack(source, start, depth, depthStride, columns, columnStride, panels) {
  for (let first = 0, to = 0; first < columns; first += PANEL, to += depth * PANEL) {
    const lanes = Math.min(PANEL, columns - first);
    for (let k = 0; k < depth; k++) {
      const from = start + k * depthStride + first * columnStride;
      for (let lane = 0; lane < lanes; lane++) {
        panels[to + k * PANEL + lane] = source[from + lane * columnStride];
      }
    }
  }
}

function transpose(source, rows, columns, to) {
  for (let i = 0, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[column * rows + row] = source[i++];
  }
}

/**
 * Which large pixel each tap of the kernel meets at each small pixel, -1 where it is the padding:
 * entry (tap, small pixel), for a convolution from large to small and for its adjoint alike.
 */
function alignTaps([height, width], [rows, columns], { kernel, stride, padding }) {
  const taps = new Int32Array(rows * columns * kernel * kernel);
  let i = 0;
  for (let tap = 0; tap < kernel * kernel; tap++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const y = row * stride - padding + Math.floor(tap / kernel);
        const x = column * stride - padding + (tap % kernel);
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        taps[i++] = inside ? y * width + x : -1;
      }
    }
  }
  return taps;
}

/** The patch of every small pixel, its channels and taps, as a column of panels. */
function gather(x, start, channels, plane, taps, pixels, patches) {
  const count = taps.length / pixels;
  const depth = channels * count;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let to = panelStart(pixel, depth);
    for (let channel = 0; channel < channels; channel++) {
      const from = start + channel * plane;
      for (let tap = pixel; tap < taps.length; tap += pixels, to += PANEL) {
        patches[to] = taps[tap] < 0 ? 0 : x[from + taps[tap]];
      }
    }
  }
}

function scatter(products, pixels, taps, y, start, channels, plane) {
  const width = padded(pixels);
  const count = taps.length / pixels;
  for (let row = 0, channel = 0; channel < channels; channel++) {
    const to = start + channel * plane;
    for (let tap = 0; tap < count; tap++, row += width) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const at = taps[tap * pixels + pixel];
        if (at >= 0) y[to + at] += products[row + pixel];
      }
    }
  }
}

// Ioffe and Szegedy 2015, with the running statistics: one scale and one shift a channel.
function batchNorm({ features }, shape, parameter) {
  expect(shape[0] === features, `${features} channels`, shape);
  const [mean, variance, weight, bias] = ["running_mean", "running_var", "weight", "bias"].map(
    (name) => parameter(name, [features]),
  );
  const std = variance.map((v) => Math.sqrt(v + BATCH_NORM_EPSILON));
  const scale = weight.map((w, i) => w / std[i]);
  const shift = bias.map((b, i) => b - mean[i] * scale[i]);
  const plane = volume(shape) / features;

  function run(x, samples) {
    const { values } = x;
    for (let i = 0, sample = 0; sample < samples; sample++) {
      for (let f = 0; f < features; f++) {
        for (let p = 0; p < plane; p++, i++) values[i] = values[i] * scale[f] + shift[f];
      }
    }
    return x;
  }
  return { shape, run };
}

function leakyRelu({ slope }, shape) {
  const size = volume(shape);
  function run(x, samples) {
    const { values } = x;
    for (let i = 0; i < samples * size; i++) if (values[i] < 0) values[i] *= slope;
    return x;
  }
  return { shape, run };
}

const relu = (layer, shape) => leakyRelu({ slope: 0 }, shape);

function silu(layer, shape) {
  const size = volume(shape);
  function run(x, samples) {
    const { values } = x;
    for (let i = 0; i < samples * size; i++) values[i] /= 1 + Math.exp(-values[i]);
    return x;
  }
  return { shape, run };
}

function tanh(layer, shape) {
  const size = volume(shape);
  function run(x, samples) {
    const { values } = x;
    for (let i = 0; i < samples * size; i++) values[i] = Math.tanh(values[i]);
    return x;
  }
  return { shape, run };
}

function reshape(layer, shape) {
  expect(volume(layer.shape) === volume(shape), `${volume(layer.shape)} numbers`, shape);
  return { shape: layer.shape, run: (x) => x };
}

function expect(fits, wanted, shape) {
  if (!fits) throw new Error(`expected an input of ${wanted}, got the shape [${shape.join(", ")}]`);
}

/** The kinds by the name that a configuration calls them by. */
export const KINDS = new Map(Object.entries({
  linear,
  convolution,
  transposed_convolution: transposedConvolution,
  batch_norm: batchNorm,
  relu,
  leaky_relu: leakyRelu,
  silu,
  tanh,
  reshape,
}));
