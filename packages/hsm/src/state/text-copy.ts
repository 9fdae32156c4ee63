/** Copies of text that a caller gave: engines keep a whole text alive for a part that was cut from it. */

/**
 * Copies text into storage of its own.
 *
 * V8 represents `text.slice()` and the groups of a regular expression as a view of their parent once they have 13
 * characters or more, so that a name cut from a request of three megabytes keeps all of it. Shorter texts are copied by
 * the engine itself.
 *
 * @param text - Any text.
 * @param most - The most characters to keep.
 */
export function copyOfText(text: string, most: number = Number.POSITIVE_INFINITY): string {
  const length = Math.min(text.length, most)
  if (length < SHORTEST_VIEW) return text.slice(0, length)
  const units: number[] = []
  for (let i = 0; i < length; i++) units.push(text.charCodeAt(i))
  return String.fromCharCode(...units)
}

/** V8's `SlicedString::kMinLength`. */
const SHORTEST_VIEW = 13
