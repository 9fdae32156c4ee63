/** Tags as people type them: `team=shop env=prod`. */

/** Reads tags. A word without `=` is a tag with an empty value; quotes hold blanks together. */
export function parseTags(text: string): Readonly<Record<string, string>> {
  const words = text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', ...value] = word.replaceAll('"', '').split('=')
      return [name, value.join('=')]
    }),
  )
}

/** Writes tags so that they are read as they were. */
export function formatTags(tags: Readonly<Record<string, string>> = {}): string {
  return Object.entries(tags)
    .map(([name, value]) =>
      /\s/.test(`${name}${value}`) ? `"${name}=${value}"` : `${name}=${value}`,
    )
    .join(' ')
}
