/** Text from elsewhere in what a person reads: error texts, warnings, log lines. */

/**
 * Control characters (C0, DEL, C1), and those that reorder, hide or break a line: a terminal obeys them, and a log has
 * one entry more.
 */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** Replaces characters that control a terminal or a log by their escapes, as JavaScript writes them: `\u001b`. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, escapeCharacter)
}

/** The same for text of several lines: it keeps its line breaks. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n')
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
