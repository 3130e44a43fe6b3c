/** The last run, kept by the browser over a reload where it allows that (IndexedDB). */

const [DATABASE, STORE, KEY] = ["vae-explorer", "runs", "last"];

/**
 * @typedef {{name: string, file: Blob, summary: import("./keep.js").Summary,
 *   settings: import("./settings.js").Settings, source: string, amount: number,
 *   curves: import("./run.js").Run["curves"],
 *   state: import("./trainer.js").State}} Kept source and amount of its digits; state: where it is
 * @param {Kept} kept
 * @returns {Promise<boolean>} whether it is kept
 */
export const keepRun = (kept) => attempt("readwrite", (store) => store.put(kept, KEY))
  .then(() => true, () => false);

/** @returns {Promise<Kept|null>} null where there is none, or the browser keeps nothing */
export const keptRun = () => attempt("readonly", (store) => store.get(KEY))
  // An older page kept no state.
  .then((kept) => (kept?.state ? kept : null), () => null);

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function attempt(mode, act) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await finished(opening);
  try {
    return await finished(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
