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
