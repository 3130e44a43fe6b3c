/** What a finding looks like: rows of digits, each with what it is of, one above the other. */

import { messageOf } from "../math/errors.js";
import { fetchJSON } from "../state/weights.js";
import { picture } from "../canvas/picture.js";

/**
 * @typedef {{title: string, see: string, rows: {model: string, words: string, picture: string}[]}} Exhibit
 * @typedef {{exhibits: Object<string, Exhibit>, pictures: Object<string, {png: string, alt: string}>}} Content
 */

/** @type {Promise<Content|null>|undefined} */
let fetched;

/**
 * Puts the exhibit of that name into `place`. The file is fetched when the first is asked for.
 * @param {HTMLElement} place
 * @param {string} name
 */
export async function showExhibit(place, name) {
  try {
    fetched ??= fetchJSON("exhibits.json");
    show(place, name, await fetched);
  } catch (error) {
    fetched = undefined;
    place.textContent = messageOf(error);
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} name
 * @param {Content|null} content
 */
function show(place, name, content) {
  const exhibit = content?.exhibits[name];
  if (!exhibit) {
    place.textContent = "Not drawn here: python -m vae.studies.claims does it.";
    return;
  }
  const heading = document.createElement("h3");
  heading.textContent = exhibit.title;
  const see = document.createElement("p");
  see.className = "quiet";
  see.textContent = exhibit.see;
  place.replaceChildren(heading, see, ...exhibit.rows.map(({ model, words, picture: of }) => {
    const { png, alt } = content.pictures[of];
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const name = document.createElement("b");
    name.textContent = model;
    caption.append(name, ` ${words}`);
    figure.append(caption, picture(png, alt));
    return figure;
  }));
}
