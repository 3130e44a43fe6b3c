/** The bar: which model is in use, what it is, and how the page looks. */

import { find } from "./canvas/find.js";
import { copyText } from "./export/clipboard.js";
import { keepAddress, readAddress, writeAddress } from "./state/address.js";

/**
 * @typedef {import("./state/facts.js").ModelFacts} ModelFacts
 * @typedef {import("./state/session.js").Session} Session
 * @typedef {{models: ModelFacts[], facts: import("./state/facts.js").Facts, left_out: string[],
 *   host: string|null}} Props left_out: models that cannot be used; host: by what name other
 *   machines find the server
 */

const LOCAL = /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/;

/**
 * @param {HTMLElement} element
 * @param {Session} session
 * @param {Props} props
 */
export function mount(element, session, props) {
  const picker = find(element, "select", HTMLSelectElement);
  const summary = find(element, ".summary");
  const offer = (/** @type {ModelFacts} */ { name, latents }) =>
    picker.append(new Option(`${name} \u2013 ${latents} latents`, name));
  props.models.forEach(offer);
  session.on("offer", ({ detail }) => {
    if (![...picker.options].some(({ value }) => value === detail.name)) offer(detail);
  });
  picker.addEventListener("change", () => {
    session.touch();
    session.choose(picker.value);
  });
  session.withModel(() => {
    picker.value = session.name;
    const model = session.models.find(({ name }) => name === session.name);
    summary.textContent = model ? describe(model) : "";
    summary.title = session.model.record.about;
  });
  session.on("failure", () => (picker.value = session.name));
  mountSwitches(element);
  if (props.left_out.length) {
    const note = find(element, ".left-out");
    note.hidden = false;
    note.textContent = `left out, because the file is broken: ${props.left_out.join(", ")}`;
  }

  mountLink(find(element, ".link"), session, props.host);
  begin(session, props);
}

/**
 * Begins with what the address holds.
 * @param {Session} session
 * @param {Props} props
 */
function begin(session, { models, facts }) {
  const { model, z, y, view, problems } = readAddress(location.search, models, facts);
  session.begin({ models, facts, view });
  if (z) session.touch();
  if (view.tab) session.emit("show", view.tab);
  session.choose(model, z, y).then(() => {
    if (problems.length) {
      session.emit("notice", `Of the address, something was left out: ${problems.join("; ")}.`);
    }
    // After the first digit, which is not to wait for it.
    session.loadClassifier();
  });
  keepAddress(session);
}

/**
 * @param {HTMLElement} button
 * @param {Session} session
 * @param {string|null} host
 */
function mountLink(button, session, host) {
  button.addEventListener("click", async () => {
    if (!session.model) return;
    history.replaceState(history.state, "", location.pathname + writeAddress(session));
    const copied = await copyText(forOthers(location.href, host));
    session.emit("notice", copied
      ? "The address of exactly this is in the clipboard."
      : "The address line now holds exactly this: copy it from there.");
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
function describe({ latents, active, total }) {
  if (active === null || total === null) return `${latents} latents \u00b7 no encoder, no likelihood`;
  return `${active} of ${latents} latents in use \u00b7 test loss ${total.toFixed(1)} nats`;
}

/** @param {HTMLElement} element */
function mountSwitches(element) {
  for (const button of element.querySelectorAll("[data-switch]")) {
    const name = button.getAttribute("data-switch") ?? "";
    const show = () =>
      button.setAttribute("aria-pressed", String(document.body.classList.contains(name)));
    button.addEventListener("click", () => {
      document.body.classList.toggle(name);
      show();
    });
    show();
  }
}
