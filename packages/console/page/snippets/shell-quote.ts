/** Texts for a POSIX shell. */

/** As it is if it needs no quotes, otherwise in single quotes. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
