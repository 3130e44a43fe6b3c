/** What a map shows and moves: the session, or anything that answers as it does. */

/**
 * @typedef {object} Scene
 * @property {import("../engine/model.js").Model} model
 * @property {import("../math/aggregate.js").Aggregate|null} [aggregate] of a model with an encoder
 * @property {number[]} z (D,)
 * @property {number} y the class that a conditional decoder is told
 * @property {{mean: ArrayLike<number>, std: ArrayLike<number>}|null} posterior to be drawn
 * @property {{A: number[]|null, B: number[]|null}} pins
 * @property {boolean} [touched] whether z is where a person put it
 * @property {{index: number}[]} dimensions the most informative first
 * @property {(z: number[]) => void} setZ
 * @property {(types: SceneEvent|SceneEvent[], act: () => void) => void} on
 * @property {(type: "jump") => void} emit before z is put elsewhere at once
 *
 * @typedef {"z"|"posterior"|"pins"|"touch"} SceneEvent
 *
 * @typedef {[number, number]} Pair coordinates of a plane, or pixels of the map
 * @typedef {CanvasRenderingContext2D} Context
 */

export {};
