/** A JSON file beside the weights, or null where there is none. */
export async function fetchJSON(name) {
  const response = await fetch(new URL(`weights/${name}`, document.baseURI)).catch(() => null);
  return response?.ok ? response.json() : null;
}
