/** Distributions of z by what writes them down, as checkpoints, links and Python do. */

import * as families from "./families/families.js";

/**
 * @typedef {import("./families/family.js").Family} Family
 * @typedef {import("./families/family.js").Distribution} Distribution
 * @typedef {{family: string, as?: string, [parameter: string]: any}} Spec a family's name and its parameters
 */

/** @type {Object<string, Family>} by name */
export const FAMILIES = { ...families };

/**
 * @param {Spec} spec
 * @returns {Family}
 * @throws {RangeError} naming those that there are
 */
export function familyOf(spec) {
  if (Object.hasOwn(FAMILIES, spec?.family)) return FAMILIES[spec.family];
  const known = Object.keys(FAMILIES).join(", ");
  throw new RangeError(`family: expected one of ${known}, got ${spec?.family}`);
}

/**
 * The distribution that a spec writes down.
 * @param {Spec} spec
 * @returns {Distribution}
 * @throws {RangeError} when the family is not known or a parameter is out of its range
 */
export function distribution(spec) {
  const family = familyOf(spec);
  return family.distribution(...family.parameters.map((name) => spec[name]));
}

/**
 * Whether all its values lie between two finite ends.
 * @param {Distribution} p
 */
export const isBounded = (p) => p.support.every(Number.isFinite);
