/** Bytes as people type them and read them. */

/** How bytes are written in a field. */
export type Encoding = 'text' | 'hex' | 'base64url' | 'base64'

/** The encodings, with the name of each. */
export const ENCODINGS: Readonly<Record<Encoding, string>> = {
  text: 'Text',
  hex: 'Hex',
  base64url: 'base64url',
  base64: 'base64',
}

/** Bytes, or why a text is none. */
export type Parsed =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly error?: undefined }
  | { readonly bytes?: undefined; readonly error: string }

/** Reads bytes as they were typed; blanks between hexadecimal digits do not count. */
export function parseBytes(text: string, encoding: Encoding): Parsed {
  if (encoding === 'text') return { bytes: new TextEncoder().encode(text) }
  const compact = text.replace(/[\s:]+/g, '')
  if (encoding === 'hex') return parseHex(compact)
  return parseBase64(compact)
}

function parseHex(digits: string): Parsed {
  if (!/^[0-9a-f]*$/i.test(digits)) return { error: 'Only hexadecimal digits: 0 to 9, a to f.' }
  if (digits.length % 2 !== 0) return { error: 'An even number of hexadecimal digits: two a byte.' }
  return { bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) }
}

/** Both alphabets, with or without padding. */
function parseBase64(text: string): Parsed {
  const standard = text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(standard) || standard.length % 4 === 1) {
    return { error: 'Not base64 or base64url.' }
  }
  return { bytes: Uint8Array.from(atob(standard), (character) => character.charCodeAt(0)) }
}

/** Writes bytes. What is no UTF-8 has no form as text: `undefined`. */
export function formatBytes(bytes: Uint8Array, encoding: Encoding): string | undefined {
  if (encoding === 'hex') return toHex(bytes)
  if (encoding === 'base64') return toBase64(bytes)
  if (encoding === 'base64url') return toBase64url(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Two hexadecimal digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Base64url without padding, as on the wire. */
export function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** Bytes of the wire. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return parseBase64(text).bytes ?? new Uint8Array()
}
