/** Pictures of several trainings at equal times, and a slider over the times. */

import { picture } from "../canvas/picture.js";

/**
 * @typedef {{of: string, seconds: number, png: string}} Moment
 * @typedef {import("../state/session.js").Session} Session
 */

/**
 * From the last time on, or from that of the address.
 * @param {HTMLElement} body
 * @param {Moment[]} moments
 * @param {Session} session
 */
export function mountMoments(body, moments, session) {
  const times = [...new Set(moments.map(({ seconds }) => seconds))];
  const title = document.createElement("h3");
  const slider = Object.assign(document.createElement("input"), {
    type: "range", min: "0", max: String(times.length - 1), step: "1", ariaLabel: "seconds of training",
  });
  const figures = document.createElement("div");
  figures.className = "pair";
  const show = () => {
    const time = times[slider.valueAsNumber];
    title.textContent = `After ${short(time)} seconds`;
    slider.setAttribute("aria-valuetext", title.textContent);
    figures.replaceChildren(...moments.filter(({ seconds }) => seconds === time).map(figure));
  };
  slider.addEventListener("input", () => {
    show();
    session.show({ seconds: short(times[slider.valueAsNumber]) });
  });
  const asked = times.findIndex((time) => short(time) === session.view.seconds);
  slider.value = asked < 0 ? slider.max : String(asked);
  show();
  body.append(title, slider, figures);
}

/** @param {Moment} moment */
function figure({ of, seconds, png }) {
  const element = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = of;
  element.append(caption, picture(png, `samples of ${of}, after ${short(seconds)} seconds`));
  return element;
}

/** @param {number} seconds */
function short(seconds) {
  return String(Number(seconds.toPrecision(3)));
}
