/** Copies of text that outlive a request. */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Copies text. V8 keeps a substring as a reference to the whole text (SlicedString in its src/objects/string.h), so a
 * name that is stored as it was cut from a URL keeps the URL in memory.
 *
 * @param longest - The most characters to keep.
 */
export function copyText(text: string, longest: number): string {
  return decoder.decode(encoder.encode(text.slice(0, longest)))
}
