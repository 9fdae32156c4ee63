// Holds: a line is split into words as a shell splits it, as far as the documentation needs it.

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g

const QUOTED = /'([^']*)'|"([^"]*)"/g

/**
 * Splits a line. A `{name}` becomes the value of that name afterwards, so that values may have blanks.
 *
 * @param {string} line
 * @param {Readonly<Record<string, string>>} kept
 * @returns {readonly string[]}
 */
export function wordsOf(line, kept) {
  return (line.match(WORD) ?? []).map((word) =>
    word
      .replace(QUOTED, (_all, single, double) => single ?? double)
      .replace(/\{(\w+)\}/g, (_all, name) => {
        if (kept[name] === undefined) throw new Error(`no line before kept ${name}`)
        return kept[name]
      }),
  )
}
