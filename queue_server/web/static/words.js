/* The words of a page, in the languages it speaks.

   A message is its English sentence with values in braces. The page's own language is the first
   of the block `words`; where a language has no words for a message, the sentence itself stands. */

const block = JSON.parse(document.getElementById("words").textContent);

/** What the server told the scripts of this page. */
export const facts = JSON.parse(document.getElementById("facts").textContent);

/** Every language that this page can speak, its own first. */
export const languages = Object.keys(block);

/** Those of a hall's languages that this page can speak, in the hall's order; all if none. */
export function spoken(wanted = []) {
  const known = wanted.filter((one) => one in block);
  return known.length ? known : languages;
}

/** A function that says messages in one language: `say("Ticket {ticket}", { ticket: "A001" })`. */
export function speaker(language = languages[0]) {
  const words = block[language] || {};
  return (message, values = {}) =>
    (words[message] || message).replace(/{(\w+)}/g, (all, name) => values[name] ?? all);
}

/** The name of a thing of the hall in a language; names are kept in Chinese and in English. */
export function nameIn(language, thing, key = "name") {
  return (language.startsWith("zh") ? "" : thing[`${key}_en`]) || thing[key] || "";
}
