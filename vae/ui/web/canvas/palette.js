/**
 * Ten colours for ten classes, told apart by people with any colour vision and on light and dark:
 * Petroff, "Accessible color sequences for data visualization", 2021. Never without the glyph.
 */

export const CLASS_COLOURS = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadd",
];

/**
 * The colour of a class by its label; with more classes than colours, some share one.
 * @param {number} label
 */
export const classColour = (label) => CLASS_COLOURS[label % CLASS_COLOURS.length];

// Of lines that stand for models: eight hues as light as each other, with 3:1 against both grounds.
const LINE_COLOURS = ["#3d77b8", "#c5563c", "#1f8a70", "#a65ba8", "#8a7a1f", "#cc5078", "#4a86a0", "#7a70c8"];

/**
 * The colour of a line by its number; the label on a line says which it is where two share one.
 * @param {number} index
 */
export const lineColour = (index) => LINE_COLOURS[index % LINE_COLOURS.length];
