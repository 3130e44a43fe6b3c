/** A run as a file that vae.load and the page read: one .safetensors. */

import { safetensors } from "../export/safetensors.js";

/**
 * @typedef {import("../engine/checkpoint.js").Config} Config
 * @typedef {import("../engine/checkpoint.js").Record} Record
 * @typedef {Omit<import("../state/facts.js").ModelFacts, "name">} Summary
 */

const DIGITS = [..."0123456789"];

/**
 * What the picker says of it; see models() in vae/ui/facts.py.
 * @param {import("./run.js").Made} made
 * @returns {Summary}
 */
export function summaryOf({ config, settings, test, tensors }) {
  const { kind, hidden } = { kind: settings.network, hidden: settings.hidden.join("-") };
  return {
    about: "Trained in the page.",
    latents: config.latents,
    active: active(tensors),
    total: test.total,
    hash: "",
    prior: settings.klWeight ? config.prior : null,
    network: `${kind} ${hidden}`,
    likelihood: config.likelihood.family,
    encoder: true,
    snapshots: false,
    data_set: "digits",
    classes: DIGITS,
    digits: true,
  };
}

const active = (/** @type {import("../math/linear.js").Tensors} */ tensors) =>
  tensors["statistics.activity"].data.filter((value) => value > 0.01).length;

/**
 * The same of a model that was opened from a file.
 * @param {{config: Config, record: Partial<Record>, latents: number}} model
 * @param {Object<string, string>} titles of data sets, by the names that files have
 * @returns {Summary}
 */
export function summaryOfFile({ config, record, latents }, titles) {
  const { active_units: active = null, total = null } = record.figures ?? {};
  const { data_set = "mnist", classes = DIGITS } = record;
  return {
    about: record.about ?? "", latents, active, total, hash: "",
    prior: (record.recipe?.kl_weight ?? 1) ? config.prior : null,
    network: "opened from a file", likelihood: config.likelihood.family,
    encoder: config.encoder.length > 0, snapshots: false,
    data_set: titles[data_set] ?? data_set, classes, digits: classes.join() === DIGITS.join(),
  };
}

/**
 * @param {string} name of the model
 * @param {import("./run.js").Made} checkpoint
 * @param {import("./run.js").Point[]} history test figures on the way
 * @returns {Blob}
 */
export function checkpointBlob(name, { tensors, config, settings, epoch, seconds, test }, history) {
  const record = {
    name,
    about: "Trained in the page.",
    recipe: {
      epochs: epoch, batch_size: settings.batch, learning_rate: settings.rate,
      kl_weight: settings.klWeight, kl_warmup: settings.warmup, averaging: settings.averaging,
      gradient_clip: settings.clip, seed: settings.seed, mistake: settings.mistake,
    },
    history: history.map((point) => ({
      epoch: point.epoch, seconds: point.seconds, test_reconstruction: point.reconstruction,
      test_kl: point.kl, test_total: point.total,
    })),
    figures: {
      total: test.total, reconstruction: test.reconstruction, kl: test.kl, seconds,
      active_units: active(tensors),
    },
  };
  return safetensors(tensors, {
    format: "vae-explorer", version: "1", kind: "vae",
    config: JSON.stringify(config), record: JSON.stringify(record),
  });
}
