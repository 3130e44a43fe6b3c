/**
 * A variational autoencoder that learns: the objective of vae/objective.py, and its gradients, through the
 * reparametrised z (Kingma and Welling 2014, arXiv:1312.6114). B images of a batch, D latents.
 */

import { volume } from "../layers/shape.js";
import { checkOutputs } from "../network.js";
import { likelihood } from "./likelihood.js";
import { LearningNetwork } from "./network.js";
import { Parameters } from "./parameters.js";

const IMAGE = [1, 28, 28];
const PIXELS = volume(IMAGE);

/**
 * What a step minimises: reconstruction * -log p(x|z) + kl * KL, the mean over the batch.
 * @typedef {{reconstruction: number, kl: number}} Weighting
 * @typedef {{logPx: Float64Array, kl: Float64Array, loss: number}} Terms
 *   log p(x|z) (B,); KL per latent, the mean over the batch (D,); what is minimised
 */

export class Learner {
  #workspace;
  #family;
  #prior;
  #likelihood;
  #encoder;
  #decoder;
  #input;
  #code;
  #latentGradient;
  #logitGradient;

  /**
   * @param {import("../checkpoint.js").Config} config a checkpoint's configuration; see VAEConfig in vae/model.py
   * @param {import("../../math/distribution.js").Family} family of the posterior
   * @param {import("../../math/distribution.js").Distribution} prior of every latent
   * @param {import("./workspace.js").LearningWorkspace} workspace
   * @param {number} block the largest batch
   * @throws {Error} when the layers do not fit each other
   */
  constructor(config, family, prior, workspace, block) {
    const { latents } = config;
    this.latents = latents;
    this.block = block;
    this.#workspace = workspace;
    this.#family = family;
    this.#prior = prior;
    this.#likelihood = likelihood(config.likelihood);
    this.#input = workspace.reserve(block * PIXELS);
    this.#encoder = new LearningNetwork(config.encoder, IMAGE, "encoder.", workspace, block);
    this.#code = workspace.reserve(block * latents);
    this.#decoder = new LearningNetwork(config.decoder, [latents], "decoder.", workspace, block);
    this.#latentGradient = workspace.reserve(block * 2 * latents);
    this.#logitGradient = workspace.reserve(block * PIXELS);
    checkOutputs("encoder", this.#encoder, 2 * latents);
    checkOutputs("decoder", this.#decoder, PIXELS);
    /** What a step changes: initialise() or load() them first. */
    this.parameters = new Parameters([...this.#encoder.weights, ...this.#decoder.weights], workspace);
  }

  /**
   * @returns {Float64Array} fresh noise for so many samples
   * @param {number} samples
   * @param {() => number} uniform
   */
  drawNoise(samples, uniform) {
    return Float64Array.from({ length: samples * this.latents * this.#family.draws }, () => this.#family.draw(uniform));
  }

  /**
   * The terms of the bound, and the gradients of what is minimised.
   * @param {ArrayLike<number>} x B * 784 intensities in [0, 1]
   * @param {number} samples B
   * @param {ArrayLike<number>} noise as drawNoise() gives it
   * @param {Weighting} weighting
   * @returns {Terms}
   */
  gradients(x, samples, noise, weighting) {
    const { terms, raw, q, z } = this.#forward(x, samples, noise, weighting, true);
    const back = this.#decoder.backward(this.#logitGradient, samples, true);
    // The first backward pass may have made the workspace grow: values are asked for anew.
    const codeGradient = back?.values ?? new Float32Array(0);
    this.#backThroughLatents(codeGradient, raw.values, q, z, noise, samples, weighting.kl / samples);
    this.#encoder.backward(this.#latentGradient, samples, false);
    return terms;
  }

  /**
   * The terms of the bound, with nothing learnt. Runs the norms on their running statistics.
   * @param {ArrayLike<number>} x
   * @param {number} samples
   * @param {ArrayLike<number>} noise
   * @returns {Terms}
   */
  evaluate(x, samples, noise) {
    return this.#forward(x, samples, noise, { reconstruction: 1, kl: 1 }, false).terms;
  }

  /**
   * The moments of q(z|x), and its KL from the prior in nats.
   * @param {ArrayLike<number>} x
   * @param {number} samples at most `block`
   * @returns {{mean: Float32Array, std: Float32Array, kl: Float32Array}} (B, D) each
   */
  encode(x, samples) {
    const { values } = this.#encode(x, samples, false);
    const [mean, std, kl] = [0, 1, 2].map(() => new Float32Array(samples * this.latents));
    this.#eachLatent(values, samples, (index, first, second) => {
      const q = this.#family.posterior(first, second);
      [mean[index], std[index]] = this.#family.moments(q);
      kl[index] = this.#family.divergence(q, this.#prior.values);
    });
    return { mean, std, kl };
  }

  /**
   * One image through both networks: x -> q(z|x) -> z -> p(x|z), with nothing learnt.
   * @param {ArrayLike<number>} x 784 intensities in [0, 1]
   * @param {ArrayLike<number>} noise as drawNoise(1) gives it
   */
  trace(x, noise) {
    const { terms, q, z } = this.#forward(x, 1, noise, { reconstruction: 1, kl: 1 }, false);
    const moments = q.map((parameters) => this.#family.moments(parameters));
    const [mean, std] = [0, 1].map((which) => moments.map((pair) => pair[which]));
    return { mean, std, z, kl: terms.kl, logPx: terms.logPx[0], picture: this.decode(z, 1) };
  }

  /**
   * The means of p(x|z).
   * @param {ArrayLike<number>} z (B, D)
   * @param {number} samples at most `block`
   * @returns {Float32Array} B * 784 intensities in [0, 1], yours to keep
   */
  decode(z, samples) {
    return this.#decode(z, samples, false).values.slice(0, samples * PIXELS).map(
      (logit) => 1 / (1 + Math.exp(-logit)));
  }

  /**
   * Goes on with another family of posteriors, or the same with a mistake in it.
   * @param {import("../../math/distribution.js").Family} family
   */
  useFamily(family) {
    this.#family = family;
  }

  /**
   * @param {ArrayLike<number>} x
   * @param {number} samples
   * @param {boolean} training
   */
  #encode(x, samples, training) {
    const wanted = samples * PIXELS;
    this.#input.values.set(x.length === wanted ? x : /** @type {Float32Array} */ (x).subarray(0, wanted));
    return this.#encoder.forward(this.#input, samples, training);
  }

  /**
   * @param {ArrayLike<number>} z
   * @param {number} samples
   * @param {boolean} training
   */
  #decode(z, samples, training) {
    const { values } = this.#code;
    const { mean, std } = this.#prior;
    for (let i = 0; i < samples * this.latents; i++) values[i] = (z[i] - mean) / std;
    return this.#decoder.forward(this.#code, samples, training);
  }

  /**
   * @param {ArrayLike<number>} x
   * @param {number} samples
   * @param {ArrayLike<number>} noise
   * @param {Weighting} weighting
   * @param {boolean} training
   */
  #forward(x, samples, noise, weighting, training) {
    const raw = this.#encode(x, samples, training);
    const z = new Float64Array(samples * this.latents);
    const kl = new Float64Array(this.latents);
    /** @type {number[][]} */
    const q = [];
    const { draws } = this.#family;
    this.#eachLatent(raw.values, samples, (index, first, second, latent) => {
      const parameters = this.#family.posterior(first, second);
      q.push(parameters);
      z[index] = this.#family.sample(parameters, noise, index * draws);
      kl[latent] += this.#family.divergence(parameters, this.#prior.values) / samples;
    });
    const logits = this.#decode(z, samples, training);
    const share = weighting.reconstruction / samples;
    const logPx = Float64Array.from({ length: samples }, (_, sample) => this.#likelihood(
      this.#input, logits, this.#logitGradient, sample, share, this.#workspace,
    ));
    const sum = (/** @type {Float64Array} */ numbers) => numbers.reduce((a, b) => a + b, 0);
    const loss = weighting.kl * sum(kl) - share * sum(logPx);
    return { terms: { logPx, kl, loss }, raw, q, z };
  }

  /**
   * @param {Float32Array} codeGradient
   * @param {Float32Array} raw
   * @param {number[][]} q
   * @param {Float64Array} z
   * @param {ArrayLike<number>} noise
   * @param {number} samples
   * @param {number} klWeight
   */
  #backThroughLatents(codeGradient, raw, q, z, noise, samples, klWeight) {
    const { values } = this.#latentGradient;
    const family = this.#family;
    this.#eachLatent(raw, samples, (index, first, second, latent, at) => {
      const dz = codeGradient[index] / this.#prior.std;
      const along = family.sampleSlopes(z[index], q[index], noise, index * family.draws);
      const divergence = family.divergenceSlopes(q[index], this.#prior.values);
      const slopes = family.posteriorSlopes(first, second, q[index]);
      values[at] = (dz * along[0] + klWeight * divergence[0]) * slopes[0];
      values[at + this.latents] = (dz * along[1] + klWeight * divergence[1]) * slopes[1];
    });
  }

  /**
   * act(index of the latent, the encoder's two numbers for it, latent, where the first one is).
   * @param {Float32Array} raw
   * @param {number} samples
   * @param {(index: number, first: number, second: number, latent: number, at: number) => void} act
   */
  #eachLatent(raw, samples, act) {
    const { latents } = this;
    for (let index = 0, sample = 0; sample < samples; sample++) {
      for (let latent = 0; latent < latents; latent++, index++) {
        const at = sample * 2 * latents + latent;
        act(index, raw[at], raw[at + latents], latent, at);
      }
    }
  }
}
