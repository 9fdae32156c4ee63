/** Conversion of bytes between the command line, the wire and the output. */

import { fromBase64url, toBase64url } from 'pocket-hsm'
import { serverError } from '../../server-error.ts'

/** From the command line: base64, of either alphabet, to base64url for the wire. */
export function base64ToWire(option: string, text: string): string {
  const plain = text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
  if (/^[\w-]*$/.test(plain) && plain.length % 4 !== 1) return plain
  throw serverError('BadOption', `${option} must be base64.`)
}

/** From the command line: hexadecimal, to base64url for the wire. */
export function hexToWire(option: string, text: string): string {
  if (/^([0-9a-f]{2})+$/i.test(text)) return bytesToWire(Buffer.from(text, 'hex'))
  throw serverError('BadOption', `${option} must be hexadecimal, two digits for each byte.`)
}

/** From bytes to base64url. */
export function bytesToWire(bytes: Uint8Array): string {
  return toBase64url(bytes)
}

/** From a text to base64url of its UTF-8. */
export function textToWire(text: string): string {
  return bytesToWire(Buffer.from(text))
}

/** From the wire. */
export function wireToBytes(value: string): Uint8Array {
  return fromBase64url(value)
}

/** From the wire to base64, as az prints bytes. */
export function wireToBase64(value: string): string {
  return Buffer.from(wireToBytes(value)).toString('base64')
}

/** From the wire to hexadecimal, as az prints IV, tag and AAD. */
export function wireToHex(value: string): string {
  return Buffer.from(wireToBytes(value)).toString('hex')
}

/** From the wire to text, if the bytes are UTF-8. */
export function wireToText(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(wireToBytes(value))
  } catch {
    throw serverError('BadOption', 'The decrypted bytes are not UTF-8: use --data-type base64.')
  }
}
