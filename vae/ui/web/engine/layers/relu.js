/** y = max(x, 0). */

import { leakyRelu } from "./leaky-relu.js";

/** @type {import("./kinds.js").Kind} */
export const relu = (layer, shape, parameter, room) =>
  leakyRelu({ slope: 0 }, shape, parameter, room);
