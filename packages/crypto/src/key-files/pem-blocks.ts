/** PEM text to its blocks and back (RFC 7468; RFC 1421 for the headers of traditional encryption). */

import { type CryptoError, cryptoError } from '../crypto-error.ts'
import { fromBase64, toBase64 } from '../encoding/base64.ts'

/** One block: the text between BEGIN and END. */
export interface PemBlock {
  /** As in `PRIVATE KEY`. */
  readonly label: string
  /** RFC 1421 headers, names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Lines of base64, decoded only when needed: damage in a block that is not used does no harm. */
  readonly lines: readonly string[]
}

/**
 * Finds the blocks of a PEM text, in order.
 *
 * Text outside of blocks and white space at both ends of a line are ignored; lines end in CR, LF or both.
 *
 * @param pem - At most 1,048,576 characters.
 * @throws {@link CryptoError} `INVALID_KEY` - too long, or a block without an end.
 * @see RFC 7468 section 3, lax parsing
 */
export function readPemBlocks(pem: string): readonly PemBlock[] {
  if (pem.length > MAXIMUM_LENGTH) throw damagedPem('it is too long')
  const blocks: PemBlock[] = []
  let open: { readonly label: string; readonly lines: string[] } | undefined
  for (const line of pem.split(/\r\n|\n|\r/).map((text) => text.trim())) {
    const begun = /^-----BEGIN ([A-Z0-9 -]{1,64})-----$/.exec(line)?.[1]
    if (begun !== undefined) {
      if (open !== undefined) throw damagedPem('a block begins inside another')
      open = { label: begun, lines: [] }
    } else if (open !== undefined && line === `-----END ${open.label}-----`) {
      blocks.push({ label: open.label, ...splitHeaders(open.lines) })
      open = undefined
    } else {
      open?.lines.push(line)
    }
  }
  if (open !== undefined) throw damagedPem('a block has no end')
  return blocks
}

/**
 * Reads the bytes of a block.
 *
 * @returns A fresh array.
 * @throws {@link CryptoError} `INVALID_KEY` - characters that are not base64, or an incomplete group of four.
 */
export function pemBytes({ lines }: PemBlock): Uint8Array {
  const text = lines.join('')
  if (text.length % 4 !== 0) throw damagedPem('its base64 is incomplete')
  try {
    return fromBase64(text)
  } catch {
    throw damagedPem('it contains characters that are not base64')
  }
}

/**
 * Writes one block.
 *
 * @param label - As in `PRIVATE KEY`.
 * @param bytes - Any number of bytes.
 * @returns Lines of 64 characters, each ended by a line feed.
 * @see RFC 7468 section 2, strict generation
 *
 * @example
 * ```ts
 * import { writePemBlock } from '@pocket-hsm/crypto'
 *
 * writePemBlock('CERTIFICATE', new Uint8Array(3)).split('\n')[1] // 'AAAA'
 * ```
 */
export function writePemBlock(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * Reads the first certificate of a PEM text. What is in it is not looked at.
 *
 * @param pem - At most 1,048,576 characters.
 * @returns Its DER, a fresh array.
 * @throws {@link CryptoError} `INVALID_KEY` - no certificate, or a damaged block.
 * @see RFC 7468 section 5
 *
 * @example
 * ```ts
 * import { readCertificatePem, writePemBlock } from '@pocket-hsm/crypto'
 *
 * readCertificatePem(writePemBlock('CERTIFICATE', new Uint8Array(3))).length // 3
 * ```
 */
export function readCertificatePem(pem: string): Uint8Array {
  const block = readPemBlocks(pem).find(({ label }) => label === 'CERTIFICATE')
  if (block === undefined) throw cryptoError('INVALID_KEY', 'The PEM holds no certificate.')
  return pemBytes(block)
}

/** Returns the error for a PEM that cannot be read. */
export function damagedPem(problem: string): CryptoError {
  return cryptoError('INVALID_KEY', `The PEM is damaged: ${problem}.`)
}

const MAXIMUM_LENGTH = 1_048_576

/** RFC 1421 section 4.4: headers contain a colon, which base64 does not, and end in an empty line. */
function splitHeaders(lines: readonly string[]): Pick<PemBlock, 'headers' | 'lines'> {
  const end = lines.findIndex((line) => !line.includes(':'))
  const count = end === -1 ? lines.length : end
  const headers = lines.slice(0, count).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers: new Map(headers), lines: lines.slice(count) }
}
