/** Pictures by button, camera, drop and paste. What shows and reads them is fetched for the first one. */

const ABSENT = "What reads pictures could not be fetched from the server. Drawing still works.";

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {{say: (text: string, failed?: boolean) => void, toPad: () => void}} act as PhotoEditor has it
 */
export function mountUpload(root, session, act) {
  /** @type {Promise<import("./photo/editor.js").PhotoEditor>|null} */
  let editor = null;
  const take = async (/** @type {File|undefined} */ file) => {
    if (!file) return;
    try {
      editor ??= import("./photo/editor.js").then(({ PhotoEditor }) => new PhotoEditor(root, session, act));
      (await editor).open(file);
    } catch {
      editor = null;
      act.say(ABSENT, true);
    }
  };
  for (const chooser of /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll("input[type=file]"))) {
    chooser.addEventListener("change", () => {
      take(chooser.files?.[0]);
      chooser.value = "";
    });
  }
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  addEventListener("paste", (event) => {
    if (root.offsetParent) take(event.clipboardData?.files[0]);
  });
}
