/** A run as a file that vae.load and the page read: one .safetensors. */

import { safetensors } from "../export/safetensors.js";

/**
 * What the picker says of it; see models() in vae/ui/facts.py.
 * @param {import("./run.js").Made} made
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
  };
}

const active = (tensors) =>
  tensors["statistics.activity"].data.filter((value) => value > 0.01).length;

/**
 * The same of a model that was opened from a file.
 * @param {import("../engine/model.js").Model} model
 */
export function summaryOfFile({ config, record, latents }) {
  const { active_units: active = null, total = null } = record.figures ?? {};
  return {
    about: record.about ?? "", latents, active, total, hash: "", prior: config.prior,
    network: "opened from a file", likelihood: config.likelihood.family,
    encoder: config.encoder.length > 0, snapshots: false,
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
