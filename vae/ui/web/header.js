/** The bar: which model is in use, what it is, how the page looks; and how a visit begins. */

import { find } from "./canvas/find.js";
import { copyText } from "./export/clipboard.js";
import { messageOf } from "./math/errors.js";
import { mountModes } from "./modes.js";
import { readAddress } from "./state/address.js";
import { AddressLine } from "./state/address-line.js";
import { usualDepth } from "./state/depth.js";
import { twoLatents } from "./state/facts.js";
import { kept } from "./state/kept.js";
import { nameFiles } from "./state/weights.js";

/**
 * @typedef {import("./state/facts.js").ModelFacts} ModelFacts
 * @typedef {import("./state/session.js").Session} Session
 * @typedef {{models: ModelFacts[], facts: import("./state/facts.js").Facts, left_out: string[],
 *   damaged: string[], files: Object<string, string>, host: string|null}} Props left_out: what is wrong
 *   with models that cannot be used; damaged: with other files that are not as they were shipped;
 *   files: the hashes of files; host: by what name other machines find the server
 */

const LOCAL = /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/;

/**
 * @param {HTMLElement} element
 * @param {Session} session
 * @param {Props} props
 */
export function mount(element, session, props) {
  mountPicker(element, session, props.models);
  mountLeftOut(find(element, ".left-out"), props);
  find(element, "[data-testid=depth]").hidden = !twoLatents(props.models);
  nameFiles(props.files);
  const { models, facts } = props;
  const found = readAddress(location.search, models, facts, usualDepth());
  session.begin({ models, facts, view: found.view });
  mountSwitches(element, session);
  mountModes(element, session);
  begin(session, found);
  mountLink(find(element, ".link"), session, new AddressLine(session), props.host);
}

/**
 * @param {HTMLElement} element
 * @param {Session} session
 * @param {ModelFacts[]} models
 */
function mountPicker(element, session, models) {
  const picker = find(element, "select", HTMLSelectElement);
  const summary = find(element, ".summary");
  const offer = (/** @type {ModelFacts} */ { name, latents }) =>
    picker.append(new Option(`${name} \u2013 ${count(latents)}`, name));
  models.forEach(offer);
  session.on("offer", ({ detail }) => {
    if (![...picker.options].some(({ value }) => value === detail.name)) offer(detail);
  });
  picker.addEventListener("change", () => {
    session.touch();
    session.choose(picker.value);
    if (session.library.classifierTrouble) session.library.loadClassifier();
  });
  session.withModel(() => {
    picker.value = session.name;
    summary.textContent = session.summary ? describe(session.summary) : "";
    summary.title = session.model.record.about;
  });
  session.on("failure", () => (picker.value = session.name));
}

/**
 * @param {HTMLElement} note
 * @param {Props} props
 */
function mountLeftOut(note, { left_out: out, damaged }) {
  const files = (/** @type {number} */ n) => (n === 1 ? "1 file is" : `${n} files are`);
  const counts = [
    ...(out.length ? [`${files(out.length)} left out`] : []),
    ...(damaged.length ? [`${files(damaged.length)} damaged: do not trust what comes from there`] : []),
  ];
  note.hidden = !counts.length;
  find(note, "summary").textContent = counts.join("; ");
  find(note, "ul").replaceChildren(...[...out, ...damaged].map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
}

/**
 * Begins with what the address holds, and what the browser kept beside it.
 * @param {Session} session
 * @param {import("./state/address.js").Found} found
 */
async function begin(session, { model, z, y, pins, drawing, prepared, drawn, view, problems }) {
  const held = drawing === undefined
    ? /** @type {import("./state/kept.js").KeptDrawing|null} */ (kept("drawing", location.search))
    : { strokes: drawing, prepared };
  if (z || held) session.touch();
  if (view.tab) session.emit("show", view.tab);
  await session.choose(model, z, y);
  if (session.name !== model) return void session.library.loadClassifier();
  for (const pin of /** @type {("A"|"B")[]} */ (["A", "B"])) if (pins[pin]) session.pin(pin, pins[pin]);
  if (held) problems.push(...await restored(session, held, drawn));
  if (problems.length) {
    session.emit("notice", `Of the address, something was left out: ${problems.join("; ")}.`);
  }
  // After the first digit, which is not to wait for it.
  session.library.loadClassifier();
}

/**
 * What puts a drawing back comes when there is one.
 * @param {Session} session
 * @param {import("./state/kept.js").KeptDrawing} held
 * @param {boolean} drawn whether z was drawn from its q(z|x)
 * @returns {Promise<string[]>} what of it was left out, in words
 */
async function restored(session, held, drawn) {
  try {
    const { restoreDrawing } = await import("./machine/restore.js");
    return restoreDrawing(session, held, drawn) ? [] : ["its drawing cannot be read"];
  } catch (error) {
    return [`its drawing (${messageOf(error)}: reload the page)`];
  }
}

/**
 * @param {HTMLElement} button
 * @param {Session} session
 * @param {AddressLine} line
 * @param {string|null} host
 */
function mountLink(button, session, line, host) {
  button.addEventListener("click", async () => {
    if (!session.model) return;
    const lacks = await line.write();
    const copied = await copyText(forOthers(location.href, host));
    const said = copied
      ? "The address of exactly this is in the clipboard."
      : "The address line now holds exactly this: copy it from there.";
    session.emit("notice", lacks ? `${said.replace(" exactly", "")} ${lacks}` : said);
  });
}

/**
 * An address that only this machine can open, with the name by which others find it.
 * @param {string} address
 * @param {string|null} host
 */
function forOthers(address, host) {
  const url = new URL(address);
  if (host && LOCAL.test(url.hostname)) url.hostname = host.includes(":") ? `[${host}]` : host;
  return url.href;
}

/** @param {ModelFacts} model */
function describe({ latents, active, total, encoder }) {
  if (!encoder) return `${count(latents)} \u00b7 no encoder, no likelihood`;
  return [
    active === null ? count(latents) : `${active} of ${count(latents)} in use`,
    total === null ? "no test loss in its file" : `test loss ${total.toFixed(1)} nats`,
  ].join(" \u00b7 ");
}

const count = (/** @type {number} */ latents) => (latents === 1 ? "1 latent" : `${latents} latents`);

/**
 * Each switch is a class of the page, and in the address what was chosen: unlike the others, dark may also
 * be the system's.
 * @param {HTMLElement} element
 * @param {Session} session
 */
function mountSwitches(element, session) {
  const { classList } = document.body;
  const { theme, pixels, paper } = session.view;
  if (theme) classList.toggle("dark", theme === "dark");
  classList.toggle("pixels", pixels === "1");
  classList.toggle("paper", paper === "1");
  for (const button of element.querySelectorAll("[data-switch]")) {
    const name = button.getAttribute("data-switch") ?? "";
    const show = () => button.setAttribute("aria-pressed", String(classList.contains(name)));
    button.addEventListener("click", () => {
      const on = classList.toggle(name);
      session.show(name === "dark" ? { theme: on ? "dark" : "light" } : { [name]: on ? "1" : undefined });
      show();
    });
    show();
  }
}
