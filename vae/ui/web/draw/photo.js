/** Pictures by button, camera, drop and paste; Python makes digits of them. */

import { paintDigit, SIDE } from "../canvas/digits.js";
import { prepareURL } from "../state/weights.js";

/** @param {(text: string, failed?: boolean) => void} say to the person */
export function mountPhoto(root, session, say) {
  const found = new Found(root, session);
  const take = (file) => file && send(file, found, say);
  for (const chooser of root.querySelectorAll("input[type=file]")) {
    chooser.addEventListener("change", () => {
      take(chooser.files[0]);
      chooser.value = "";
    });
  }
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => {
    if (root.offsetParent) take(event.clipboardData?.files[0]);
  });
  session.on("drawing", () => found.leave(session.drawing));
}

async function send(file, found, say) {
  say(`Reading ${file.name}\u2026`);
  try {
    const answer = await answerOf(await fetch(prepareURL(), { method: "POST", body: file }), file);
    if (answer.error) return say(answer.error, true);
    found.show(answer);
    const { length } = answer.digits;
    say(length > 1 ? `${length} digits were found: choose one.` : "");
  } catch {
    say("The server did not answer, so the picture was not read. Drawing still works.", true);
  }
}

/**
 * What the server answered; or what a proxy in front of it did, which speaks no JSON.
 * @param {Response} response
 * @param {File} file that was sent
 */
async function answerOf(response, file) {
  if (response.headers.get("Content-Type")?.includes("json")) return response.json();
  if (response.status !== 413) throw new Error(`answered with status ${response.status}`);
  const size = (file.size / 1e6).toFixed(1);
  return {
    error: `The picture is too large (${size} MB) for the proxy in front of this page: choose a ` +
      "smaller one, or ask whoever runs the proxy to allow 20 MB (nginx: client_max_body_size 20m).",
  };
}

/** What was found in a picture: its digits to choose from, and the steps of the way. */
class Found {
  #digits = [];

  constructor(root, session) {
    this.session = session;
    this.several = root.querySelector(".several");
    this.steps = root.querySelector(".steps");
  }

  show({ digits, steps }) {
    this.#digits = digits.map(({ pixels }) => Float32Array.from(pixels));
    this.several.replaceChildren(...this.#digits.map((pixels, number) => this.#choice(pixels, number)));
    this.several.hidden = digits.length < 2;
    this.steps.hidden = false;
    this.steps.querySelector(".pictures").replaceChildren(...steps.map(figure));
    this.session.setDrawing(this.#digits[0]);
  }

  /** Goes away when the digit in view is none of the picture's. */
  leave(drawing) {
    const own = this.#digits.includes(drawing);
    if (!own) this.several.hidden = this.steps.hidden = true;
    [...this.several.children].forEach((button, number) => {
      button.setAttribute("aria-pressed", this.#digits[number] === drawing);
    });
  }

  #choice(pixels, number) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `digit ${number + 1} of the picture`);
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: SIDE, height: SIDE, className: "ink" });
    paintDigit(canvas, pixels);
    button.append(canvas);
    button.addEventListener("click", () => this.session.setDrawing(pixels));
    return button;
  }
}

function figure({ name, sentence, picture }) {
  const element = document.createElement("figure");
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  image.alt = name;
  image.className = "ink";
  const caption = document.createElement("figcaption");
  caption.textContent = `${name}. ${sentence}`;
  element.append(image, caption);
  return element;
}
