/** The page's entry point: brings each part's template to life around one shared session. */

import { mountBar } from "./bar.js";
import { mountCompare } from "./compare.js";
import { mountDraw } from "./draw.js";
import { mountExplore } from "./explore.js";
import { mountSample } from "./sample.js";
import { Session } from "./session.js";
import { mountStage } from "./stage.js";
import { mountTabs } from "./tabs.js";

const PARTS = {
  bar: mountBar,
  stage: mountStage,
  explore: mountExplore,
  draw: mountDraw,
  sample: mountSample,
  compare: mountCompare,
};

const session = new Session();
mountTabs(session);

/**
 * @param {keyof PARTS} name
 * @param {HTMLElement} element the part's root, holding its template
 * @param {object} props what Python said about it
 */
export function mount(name, element, props) {
  PARTS[name](element, session, props);
}
