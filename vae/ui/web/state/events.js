/** What the session sends, with what, in one place. */

/**
 * By type, the detail of each event.
 * @typedef {object} SessionEvents
 * @property {string} loading a model is being fetched: its name
 * @property {undefined} model another one is in use
 * @property {string} failure in a sentence
 * @property {undefined} z what is on the stage changed
 * @property {undefined} jump z is about to be put elsewhere at once
 * @property {undefined} touch the first touch
 * @property {undefined} classifier it has come, or cannot be fetched
 * @property {undefined} drawing another one, or none
 * @property {undefined} posterior of the drawing
 * @property {import("./facts.js").ModelFacts} offer a model that the page made
 * @property {undefined} pins A or B
 * @property {undefined} view what the parts show
 * @property {string} show the tab to open
 * @property {string} notice in a sentence
 */

/**
 * An EventTarget of which the types of events and their details are known.
 * @template {object} Events
 */
export class Emitter extends EventTarget {
  /**
   * @template {keyof Events & string} T
   * @param {T|T[]} types
   * @param {(event: CustomEvent<Events[T]>) => void} act
   * @param {AddEventListenerOptions} [options]
   */
  on(types, act, options) {
    for (const type of [types].flat()) this.addEventListener(type, /** @type {EventListener} */ (act), options);
  }

  /**
   * @template {keyof Events & string} T
   * @param {T} type
   * @param {Events[T] extends undefined ? [] : [detail: Events[T]]} detail
   */
  emit(type, ...detail) {
    this.dispatchEvent(new CustomEvent(type, { detail: detail[0] }));
  }
}
