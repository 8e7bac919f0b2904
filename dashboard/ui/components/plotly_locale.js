/** @import { Locale } from "./types" */

/** plotly.js's own words, and its sign for percent, in the language of the page. @param {Locale | undefined} locale */
export function inLanguage(locale) {
  if (!locale) return {};
  const { name, dictionary, format } = locale;
  return { locale: name, locales: { [name]: { dictionary, format } } };
}
