/** The families of distributions of z: one line each. */

export { beta } from "./beta.js";
export { laplace } from "./laplace.js";
export { normal } from "./normal.js";
