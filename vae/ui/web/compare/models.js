/** The table of models: what each is, was trained for and is worth; sortable, and a way to use it. */

import { button, fixed, isNone, Table } from "../canvas/table.js";

/**
 * @typedef {import("./compare.js").Compared} Compared
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../canvas/table.js").Column<Compared>} Column
 */

/**
 * A column of numbers with so many digits after the point.
 * @param {string} name
 * @param {number} digits
 * @param {(model: Compared) => number|undefined} value
 * @param {string} [title]
 * @returns {Column}
 */
function figure(name, digits, value, title) {
  return { name, title, value, show: (model) => fixed(Number(value(model)), digits) };
}

/**
 * @param {Session} session
 * @returns {Column[]}
 */
function columns(session) {
  return [
    { name: "model", text: true, value: ({ name }) => name, show: ({ name }) => opener(name, session) },
    { name: "network", text: true, value: ({ network }) => network },
    { name: "parameters", value: ({ record }) => record.figures.parameters,
      show: ({ record }) => record.figures.parameters.toLocaleString("en") },
    { name: "latents", value: ({ config }) => config.latents },
    { name: "in use", value: ({ record }) => record.figures.active_units,
      title: "latents whose mean changes from digit to digit" },
    figure("reconstruction", 2, ({ record }) => record.figures.reconstruction, "minus log p(x|z)"),
    figure("KL", 2, ({ record }) => record.figures.kl),
    figure("loss", 2, ({ record }) => record.figures.total),
    figure("loss, 500 samples", 2, ({ record }) => -(record.figures.bound ?? NaN),
      "minus the importance-weighted bound on log p(x), on binarised digits"),
    figure("Fr\u00e9chet, prior", 1, ({ fromPrior }) => fromPrior,
      "Fr\u00e9chet distance of digits whose z come from the model\u2019s prior"),
    figure("Fr\u00e9chet, best", 1, ({ best }) => best?.mean,
      "Fr\u00e9chet distance under the distribution whose digits come nearest to real ones"),
    { name: "best sampler", text: true, value: ({ best }) => best?.label, title: "that distribution" },
    figure("MB", 1, ({ size }) => size / 1e6),
    figure("minutes", 0, ({ record }) => record.figures.seconds / 60, "of training"),
  ];
}

/**
 * @param {HTMLTableElement} element
 * @param {Compared[]} models
 * @param {Session} session
 */
export function mountModels(element, models, session) {
  const known = columns(session).filter(({ value }) => models.some((model) => !isNone(value(model))));
  const table = new Table(element, known, {
    drawn: (line, { name, record }) => {
      line.ariaCurrent = String(name === session.name);
      line.title = record.about;
    },
    sorted: () => session.show({ sort: table.order }),
  });
  table.order = session.view.sort ?? "";
  const show = () => table.show(models);
  session.on("model", show);
  show();
}

/**
 * @param {string} name
 * @param {Session} session
 */
function opener(name, session) {
  return button(name, () => {
    session.choose(name);
    session.emit("show", "explore");
  });
}
