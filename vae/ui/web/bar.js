/** The bar: which model is in use, what it is, and how the page looks. */

/** @param {{models: object[], left_out: string[]}} props the models, and those that cannot be used */
export function mountBar(element, session, props) {
  const picker = element.querySelector("select");
  const summary = element.querySelector(".summary");
  for (const { name, latents } of props.models) {
    picker.append(new Option(`${name} \u2013 ${latents} latents`, name));
  }
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

  const asked = new URLSearchParams(location.search).get("model");
  const known = props.models.some(({ name }) => name === asked);
  session.choose(known ? asked : props.models[0].name);
}

function describe({ latents, active, total }) {
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
