/** The bar: which model is in use, what it is, and how the page looks. */

import { copyText } from "./export/clipboard.js";
import { keepAddress, readAddress, writeAddress } from "./state/address.js";

const LOCAL = /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/;

/**
 * @param {HTMLElement} element
 * @param {import("./state/session.js").Session} session
 * @param {{models: import("./state/facts.js").ModelFacts[], facts: import("./state/facts.js").Facts,
 *   left_out: string[], host: string|null}} props left_out: models that cannot be used; host: by
 *   what name other machines find the server
 */
export function mount(element, session, props) {
  const picker = element.querySelector("select");
  const summary = element.querySelector(".summary");
  const offer = ({ name, latents }) =>
    picker.append(new Option(`${name} \u2013 ${latents} latents`, name));
  props.models.forEach(offer);
  session.addEventListener("offer", ({ detail }) => {
    if (![...picker.options].some(({ value }) => value === detail.name)) offer(detail);
  });
  picker.addEventListener("change", () => {
    session.touch();
    session.choose(picker.value);
  });
  session.withModel(() => {
    picker.value = session.name;
    summary.textContent = describe(props.models.find(({ name }) => name === session.name));
    summary.title = session.model.record.about;
  });
  session.addEventListener("failure", () => (picker.value = session.name ?? ""));
  mountSwitches(element);
  if (props.left_out.length) {
    const note = element.querySelector(".left-out");
    note.hidden = false;
    note.textContent = `left out, because the file is broken: ${props.left_out.join(", ")}`;
  }

  mountLink(element.querySelector(".link"), session, props.host);
  begin(session, props);
}

/** Begins with what the address holds. */
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

/** An address that only this machine can open, with the name by which others find it. */
function forOthers(address, host) {
  const url = new URL(address);
  if (host && LOCAL.test(url.hostname)) url.hostname = host.includes(":") ? `[${host}]` : host;
  return url.href;
}

function describe({ latents, active, total }) {
  if (active === null) return `${latents} latents \u00b7 no encoder, no likelihood`;
  return `${active} of ${latents} latents active \u00b7 test loss ${total.toFixed(1)} nats`;
}

function mountSwitches(element) {
  for (const button of element.querySelectorAll("[data-switch]")) {
    const name = button.dataset.switch;
    const show = () => button.setAttribute("aria-pressed", document.body.classList.contains(name));
    button.addEventListener("click", () => {
      document.body.classList.toggle(name);
      show();
    });
    show();
  }
}
