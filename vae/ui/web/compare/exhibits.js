/** What a finding looks like: rows of digits, each with what it is of, one above the other. */

import { fetchJSON } from "../state/weights.js";
import { picture } from "../canvas/picture.js";

let fetched;

/** Puts the exhibit of that name into `place`. The file is fetched when the first is asked for. */
export async function showExhibit(place, name) {
  const content = await (fetched ??= fetchJSON("exhibits.json"));
  const exhibit = content?.exhibits[name];
  if (!exhibit) {
    place.textContent = "Not drawn here: python -m vae.findings does it.";
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
