/** A worker of crew.js: fetches models and decodes. */

import { Model } from "./model.js";

const models = new Map();

onmessage = async ({ data: { id, url, z, count, y } }) => {
  try {
    if (!models.has(url)) models.set(url, Model.open(url));
    const model = await models.get(url);
    const pictures = count ? model.decode(z, count, y) : new Float32Array(0);
    postMessage({ id, pictures }, [pictures.buffer]);
  } catch (error) {
    models.delete(url);
    postMessage({ id, error: error.message });
  }
};
