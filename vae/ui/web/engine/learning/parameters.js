/**
 * What a step changes: the weights of both networks, their moving average, and the moments of Adam
 * (Kingma and Ba 2015, arXiv:1412.6980), as vae/training has them.
 */

import { read, write } from "./network.js";

export class Parameters {
  #trained;
  #workspace;
  #steps = 0;

  /**
   * @param {import("./network.js").Weights[]} weights
   * @param {import("./workspace.js").LearningWorkspace} workspace that they lie in
   */
  constructor(weights, workspace) {
    /** In the order of encoder, decoder, and their layers. */
    this.all = weights;
    this.#trained = weights.filter(({ learns }) => learns);
    this.#workspace = workspace;
  }

  /**
   * A step of Adam down the last gradients.
   * @param {{rate: number, clip?: number, averaging?: number}} options learning rate; largest norm
   *   of the gradient, 0 for any; decay of the moving average of the weights, 0 for none
   */
  descend({ rate, clip = 0, averaging = 0 }) {
    this.#steps += 1;
    let scale = 1;
    if (clip) {
      const squares = this.#trained.reduce((sum, w) => sum + this.#workspace.squares(w.gradient), 0);
      scale = Math.min(1, clip / (Math.sqrt(squares) + 1e-6));
    }
    for (const weights of this.#trained) this.#workspace.adam(weights, this.#steps, rate, scale);
    // As vae/training averages: a short memory at first, so that it starts useful.
    const kept = Math.min(averaging, (1 + this.#steps) / (10 + this.#steps));
    if (averaging) {
      for (const { average, numbers } of this.all) this.#workspace.blend(average, numbers, 1 - kept);
    }
  }

  /** The norm of every weight's gradient, by name. */
  gradientNorms() {
    return Object.fromEntries(this.#trained.map(({ name, gradient }) =>
      [name, Math.sqrt(this.#workspace.squares(gradient))]));
  }

  /**
   * All tensors as a checkpoint has them.
   * @param {"numbers"|"average"|"gradient"} [which]
   * @returns {Object<string, {shape: number[], data: Float32Array}>} by name
   */
  tensors(which = "numbers") {
    const those = this.all.filter((weights) => weights[which]);
    return Object.fromEntries(those.map((weights) =>
      [weights.name, { shape: weights.shape, data: read(weights, weights[which]) }]));
  }

  /**
   * Begins again from a checkpoint's tensors.
   * @param {import("../../math/linear.js").Tensors} tensors
   */
  load(tensors) {
    for (const weights of this.all) {
      const { data } = tensors[weights.name];
      for (const which of [weights.numbers, weights.average]) write(weights, which, data);
      for (const which of [weights.first, weights.second]) which?.values.fill(0);
    }
    this.#steps = 0;
  }

  /** All that a step changes, to be put back by restore(). */
  keep() {
    return { steps: this.#steps, values: this.#changed().map((numbers) => numbers?.values.slice()) };
  }

  /**
   * Goes back to where keep() was called.
   * @param {ReturnType<Parameters["keep"]>} kept
   * @throws {Error} where another network, or another version of this one, was kept
   */
  restore({ steps, values }) {
    const all = this.#changed();
    const fits = all.every((numbers, i) => numbers?.values.length === values[i]?.length);
    if (!fits || values.length !== all.length) {
      throw new Error("a kept state of this network was expected, but that of another one came: start over");
    }
    all.forEach((numbers, i) => numbers?.values.set(values[i] ?? []));
    this.#steps = steps;
  }

  #changed() {
    return this.all.flatMap((w) => [w.numbers, w.average, w.first, w.second]);
  }

  /**
   * Runs `act` with the averaged weights in the place of the present ones.
   * @template T
   * @param {() => T} act
   */
  withAverage(act) {
    this.#swap();
    try {
      return act();
    } finally {
      this.#swap();
    }
  }

  #swap() {
    for (const { numbers, average } of this.all) {
      const [a, b] = [numbers.values, average.values];
      const kept = a.slice();
      a.set(b);
      b.set(kept);
    }
  }
}
