/**
 * The layer kinds that a network is built from, each as PyTorch computes it: one file a kind.
 *
 * A kind is a function (layer, shape, parameter, room) -> {shape, forward, backward}. `layer` is its
 * entry in the configuration and `shape` the shape of one sample that reaches it. `room` is the
 * `workspace` of the network, the `block` of most samples that ever come together, and whether it
 * `learns`. parameter(name, shape) gives a tensor as a Parameter or throws.
 *
 * The result's `shape` is that of one sample that leaves it. forward(x, samples, training) maps the
 * Numbers of samples to another's, either in place or in some of its own that the next forward()
 * overwrites. backward(gradient, samples, wanted) exists where the room learns: from the gradient of
 * a loss with respect to what the last forward() gave, it writes that of every parameter, and gives
 * that with respect to x, in place or in Numbers of its own, if it is `wanted`.
 */

import { batchNorm } from "./batch-norm.js";
import { convolution } from "./convolution.js";
import { leakyRelu } from "./leaky-relu.js";
import { linear } from "./linear.js";
import { relu } from "./relu.js";
import { reshape } from "./reshape.js";
import { silu } from "./silu.js";
import { tanh } from "./tanh.js";
import { transposedConvolution } from "./transposed-convolution.js";

/**
 * A tensor of a layer: where it lies, where its gradient is to be written, and where the entries of
 * PyTorch's layout lie in both.
 * @typedef {{name: string, shape: number[], numbers: import("../matrix.js").Numbers,
 *   gradient: import("../matrix.js").Numbers, place: (index: number) => number}} Parameter
 */

/**
 * @typedef {import("../matrix.js").Numbers} Numbers
 * @typedef {(x: Numbers, samples: number, training?: boolean) => Numbers} Forward
 * @typedef {(gradient: Numbers, samples: number, wanted: boolean) => Numbers|null} Backward
 * @typedef {(name: string, shape: number[], size?: number, place?: (index: number) => number,
 *   learns?: boolean) => Parameter} GetParameter size: of the numbers, where it is not that of shape
 * @typedef {{workspace: any, block: number, learns: boolean}} Room its workspace is a
 *   LearningWorkspace where it learns, a Workspace otherwise
 * @typedef {{shape: number[], forward: Forward, backward?: Backward}} Built
 * @typedef {(layer: any, shape: number[], parameter: GetParameter, room: Room) => Built} Kind
 */

/**
 * The kinds by the name that a configuration calls them by.
 * @type {Map<string, Kind>}
 */
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
