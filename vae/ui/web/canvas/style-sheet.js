/** Style sheets of what is opened later. */

/**
 * Puts a sheet in force.
 * @param {URL} url
 * @returns {Promise<void>} rejected, with a sentence, when it does not come
 */
export function fetchStyle(url) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: url.href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`${url.pathname} could not be fetched: try again`)));
    document.head.append(link);
  });
}
