/** Pictures of digits that come in JSON, as PNGs in base64. */

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * An image; of anything but base64 one without a source, which shows its `alt`.
 * @param {string} png
 * @param {string} alt
 */
export function picture(png, alt) {
  const image = new Image();
  image.className = "ink";
  image.alt = alt;
  if (BASE64.test(png)) image.src = `data:image/png;base64,${png}`;
  return image;
}
