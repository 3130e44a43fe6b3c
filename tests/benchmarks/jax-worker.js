/**
 * The network of the reports, learning by jax-js in a worker, for the same questions as the page's
 * own engine is asked (learning.py): 784-400-200-20, ReLU, Bernoulli, Adam at 1e-3, batches of 128.
 */

import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "/jax/index.js";

const BATCH = 128;
const PIXELS = 784;
const LATENTS = 20;
const SHAPES = [[784, 400], [400, 200], [200, 20], [200, 20], [20, 200], [200, 400], [400, 784]];
const [RATE, FIRST, SECOND, EPSILON] = [1e-3, 0.9, 0.999, 1e-8];

const uniform = (bound, count) => Float32Array.from({ length: count }, () => bound * (2 * Math.random() - 1));
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
const parameters = () => SHAPES.flatMap(([inputs, outputs]) => {
  const bound = 1 / Math.sqrt(inputs);
  return [np.array(uniform(bound, inputs * outputs)).reshape([inputs, outputs]), np.array(uniform(bound, outputs))];
});

// An array is used up by what is done with it, unless it says .ref: jax-js counts so.
const layer = (x, weight, bias) => np.matmul(x, weight).add(bias);

function loss(given, x, noise) {
  const [w1, b1, w2, b2, wm, bm, ws, bs, w3, b3, w4, b4, w5, b5] = given;
  const hidden = nn.relu(layer(nn.relu(layer(x.ref, w1, b1)), w2, b2));
  const mean = layer(hidden.ref, wm, bm);
  const logVariance = layer(hidden, ws, bs);
  const z = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise));
  const logits = layer(nn.relu(layer(nn.relu(layer(z, w3, b3)), w4, b4)), w5, b5);
  const reconstruction = np.sum(nn.softplus(logits.ref).sub(x.mul(logits)));
  const divergence = np.sum(np.square(mean).add(np.exp(logVariance.ref)).sub(logVariance).sub(1)).mul(0.5);
  return reconstruction.add(divergence).div(BATCH);
}

const step = jit((given, means, squares, corrections, x, noise) => {
  const [value, gradients] = valueAndGrad(loss)(given.map((one) => one.ref), x, noise);
  const [first, second] = [0, 1].map((i) => corrections.ref.slice(i));
  corrections.dispose();
  const next = given.map((parameter, i) => {
    const mean = means[i].mul(FIRST).add(gradients[i].ref.mul(1 - FIRST));
    const square = squares[i].mul(SECOND).add(np.square(gradients[i]).mul(1 - SECOND));
    const root = np.sqrt(square.ref.div(second.ref)).add(EPSILON);
    return [parameter.sub(mean.ref.div(first.ref).div(root).mul(RATE)), mean, square];
  });
  first.dispose();
  second.dispose();
  return [value, ...[0, 1, 2].map((i) => next.map((one) => one[i]))];
});

class Run {
  images = 0;
  loss = NaN;

  constructor(digits) {
    this.digits = digits;
    this.given = parameters();
    [this.means, this.squares] = [0, 1].map(() => this.given.map((one) => np.zeros(one.shape)));
  }

  async steps(count) {
    for (let i = 0; i < count; i++) {
      const picked = Array.from({ length: BATCH }, () => Math.floor((Math.random() * this.digits.length) / PIXELS));
      const batch = new Float32Array(BATCH * PIXELS);
      picked.forEach((one, n) => {
        for (let p = 0; p < PIXELS; p++) batch[n * PIXELS + p] = this.digits[one * PIXELS + p] / 255;
      });
      const noise = Float32Array.from({ length: BATCH * LATENTS }, normal);
      this.images += BATCH;
      const t = this.images / BATCH;
      const corrections = np.array([1 - FIRST ** t, 1 - SECOND ** t]);
      const [x, eps] = [np.array(batch).reshape([BATCH, PIXELS]), np.array(noise).reshape([BATCH, LATENTS])];
      const made = step(this.given, this.means, this.squares, corrections, x, eps);
      [, this.given, this.means, this.squares] = made;
      this.loss = (await made[0].data())[0];
    }
    return this.images;
  }
}

await init("wasm");
defaultDevice("wasm");
const digits = new Uint8Array(await (await fetch(new URL("train-images", import.meta.url))).arrayBuffer());
let run = new Run(digits);
const asked = {
  begin: () => void (run = new Run(digits)),
  steps: (count) => run.steps(count),
  loss: () => run.loss,
};
onmessage = async ({ data: [what, value] }) => postMessage((await asked[what](value)) ?? null);
postMessage("ready");
