/**
 * The layer kinds that a network is built from, each as PyTorch computes it in evaluation mode.
 *
 * A kind is a function (layer, shape, parameter, block) -> {shape, run}. `layer` is its entry in
 * the configuration and `shape` the shape of one sample that reaches it; parameter(name, shape)
 * gives a tensor's values or throws; `block` is the most samples that run() is ever given. The
 * result's `shape` is that of one sample that leaves it, and run(x, samples) maps a Float64Array of
 * samples to another, either in place or in a buffer of its own that the next run() overwrites.
 */

import { multiply, pack, packedMatrix, packedStart, PANEL } from "./matrix.js";

const BATCH_NORM_EPSILON = 1e-5;

/** The number of entries of a tensor of this shape. */
export const volume = (shape) => shape.reduce((product, size) => product * size, 1);

function linear({ inputs, outputs }, shape, parameter, block) {
  expect(shape.length === 1 && shape[0] === inputs, `${inputs} numbers`, shape);
  const weight = pack(parameter("weight", [outputs, inputs]), 0, outputs, inputs, inputs, 1);
  const bias = parameter("bias", [outputs]);
  const packed = packedMatrix(block, inputs);
  const y = new Float64Array(block * outputs);

  function run(x, samples) {
    pack(x, 0, samples, inputs, inputs, 1, packed);
    multiply(packed, samples, weight, outputs, inputs, y);
    for (let i = 0, sample = 0; sample < samples; sample++) {
      for (let o = 0; o < outputs; o++) y[i++] += bias[o];
    }
    return y;
  }
  return { shape: [outputs], run };
}

function convolution(layer, shape, parameter, block) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const large = shape.slice(1);
  const small = large.map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  expect(small.every((size) => size > 0), `at least one kernel of ${kernel}`, shape);
  const [from, to, depth] = [volume(large), volume(small), inputs * kernel * kernel];
  const taps = alignTaps(large, small, layer);
  const weight = pack(
    parameter("weight", [outputs, inputs, kernel, kernel]), 0, outputs, depth, depth, 1,
  );
  const bias = parameter("bias", [outputs]);
  const patches = packedMatrix(to, depth);
  const products = new Float64Array(to * outputs);
  const y = new Float64Array(block * outputs * to);

  function run(x, samples) {
    for (let sample = 0; sample < samples; sample++) {
      gather(x, sample * inputs * from, inputs, from, taps, to, patches);
      multiply(patches, to, weight, outputs, depth, products);
      for (let i = sample * outputs * to, o = 0; o < outputs; o++) {
        for (let j = o, p = 0; p < to; p++, j += outputs) y[i++] = products[j] + bias[o];
      }
    }
    return y;
  }
  return { shape: [outputs, ...small], run };
}

// The adjoint of a convolution: a small pixel is spread over the large ones it is gathered from.
function transposedConvolution(layer, shape, parameter, block) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const small = shape.slice(1);
  const large = small.map((size) => (size - 1) * stride - 2 * padding + kernel);
  expect(large.every((size) => size > 0), `more than padding ${padding} takes away`, shape);
  const [from, to, spread] = [volume(small), volume(large), outputs * kernel * kernel];
  const taps = alignTaps(large, small, layer);
  const weight = pack(
    parameter("weight", [inputs, outputs, kernel, kernel]), 0, spread, 1, inputs, spread,
  );
  const bias = parameter("bias", [outputs]);
  const pixels = packedMatrix(from, inputs);
  const products = new Float64Array(from * spread);
  const y = new Float64Array(block * outputs * to);

  function run(x, samples) {
    for (let sample = 0; sample < samples; sample++) {
      pack(x, sample * inputs * from, from, 1, inputs, from, pixels);
      multiply(pixels, from, weight, spread, inputs, products);
      const start = sample * outputs * to;
      for (let o = 0; o < outputs; o++) y.fill(bias[o], start + o * to, start + (o + 1) * to);
      scatter(products, from, taps, y, start, outputs, to);
    }
    return y;
  }
  return { shape: [outputs, ...large], run };
}

/**
 * Which large pixel each tap of the kernel meets at each small pixel, -1 where it is the padding:
 * entry (small pixel, tap), for a convolution from large to small and for its adjoint alike.
 */
function alignTaps([height, width], [rows, columns], { kernel, stride, padding }) {
  const taps = new Int32Array(rows * columns * kernel * kernel);
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const y = row * stride - padding + Math.floor(tap / kernel);
        const x = column * stride - padding + (tap % kernel);
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        taps[i++] = inside ? y * width + x : -1;
      }
    }
  }
  return taps;
}

function gather(x, start, channels, plane, taps, pixels, patches) {
  const count = taps.length / pixels;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let to = packedStart(pixel, channels * count);
    for (let channel = 0; channel < channels; channel++) {
      const from = start + channel * plane;
      for (let tap = pixel * count; tap < (pixel + 1) * count; tap++, to += PANEL) {
        patches[to] = taps[tap] < 0 ? 0 : x[from + taps[tap]];
      }
    }
  }
}

function scatter(products, pixels, taps, y, start, channels, plane) {
  const count = taps.length / pixels;
  for (let i = 0, pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const to = start + channel * plane;
      for (let tap = pixel * count; tap < (pixel + 1) * count; tap++, i++) {
        if (taps[tap] >= 0) y[to + taps[tap]] += products[i];
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
    for (let i = 0, sample = 0; sample < samples; sample++) {
      for (let f = 0; f < features; f++) {
        for (let p = 0; p < plane; p++, i++) x[i] = x[i] * scale[f] + shift[f];
      }
    }
    return x;
  }
  return { shape, run };
}

function leakyRelu({ slope }, shape) {
  const size = volume(shape);
  function run(x, samples) {
    for (let i = 0; i < samples * size; i++) if (x[i] < 0) x[i] *= slope;
    return x;
  }
  return { shape, run };
}

const relu = (layer, shape) => leakyRelu({ slope: 0 }, shape);

function silu(layer, shape) {
  const size = volume(shape);
  function run(x, samples) {
    for (let i = 0; i < samples * size; i++) x[i] /= 1 + Math.exp(-x[i]);
    return x;
  }
  return { shape, run };
}

function tanh(layer, shape) {
  const size = volume(shape);
  function run(x, samples) {
    for (let i = 0; i < samples * size; i++) x[i] = Math.tanh(x[i]);
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
