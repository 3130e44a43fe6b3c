/** What a person may call a model: a name that is a file's, and nobody else's. */

const LONGEST = 40;

/**
 * @param {string} name
 * @param {string[]} taken by models that were not made in this tab
 * @returns {string} what is wrong with it and what to do, in a sentence; "" for a good name
 */
export function problemOf(name, taken) {
  if (!name) return "A name is expected, but none came: type one, such as yours-1.";
  const [wrong] = /[^\p{L}\p{N}_. -]/u.exec(name) ?? [];
  if (wrong) {
    return `A name of letters, digits, spaces, dots, - and _ is expected, but ${wrong} came: leave it out.`;
  }
  if (!/^[\p{L}\p{N}]/u.test(name)) {
    return `A name begins with a letter or a digit, but ${name} with ${name[0]}: put another in front.`;
  }
  if (name.length > LONGEST) {
    return `At most ${LONGEST} characters are expected, but ${name.length} came: choose a shorter name.`;
  }
  return taken.includes(name) ? `Another model here is called ${name}: choose another name.` : "";
}
