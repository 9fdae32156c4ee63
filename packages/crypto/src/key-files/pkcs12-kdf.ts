/** The key derivation of PKCS#12 with SHA-1 (RFC 7292 appendix B), which PBES1 of `pkcs-12PbeIds` uses. */

import { concatBytes } from '@noble/hashes/utils.js'
import { bytesToUtf8 } from '../encoding/bytes.ts'
import { digest } from '../hash/hashes.ts'
import type { Password } from './password.ts'

/** The parameters of {@link derivePkcs12}. */
export interface Pkcs12Derivation {
  /** What the bytes are for: the two purposes give different bytes. */
  readonly purpose: 'key' | 'iv'
  /** Any number of bytes. */
  readonly salt: Uint8Array
  /** 1 or more. */
  readonly iterations: number
  /** Bytes to derive. */
  readonly length: number
}

/**
 * Derives bytes from a password.
 *
 * @param password - As {@link bmpPassword} returns it.
 * @returns A fresh array of `length` bytes.
 * @see RFC 7292 appendix B.2
 */
export function derivePkcs12(
  password: Uint8Array,
  { purpose, salt, iterations, length }: Pkcs12Derivation,
): Uint8Array {
  const diversifier = new Uint8Array(BLOCK_LENGTH).fill(PURPOSES[purpose])
  let input: Uint8Array = concatBytes(repeated(salt), repeated(password))
  let derived: Uint8Array = new Uint8Array()
  for (;;) {
    let block = digest('SHA-1', concatBytes(diversifier, input))
    for (let i = 1; i < iterations; i++) block = digest('SHA-1', block)
    derived = concatBytes(derived, block)
    if (derived.length >= length) return derived.slice(0, length)
    input = plusBlock(input, block)
  }
}

/**
 * Returns a password in the form that PKCS#12 hashes: UTF-16, big-endian, with two zero bytes at its end.
 *
 * @param password - Bytes are read as UTF-8, and as Latin-1 where they are not UTF-8, as OpenSSL reads them.
 * @see RFC 7292 appendix B.1
 */
export function bmpPassword(password: Password): Uint8Array {
  const text = typeof password === 'string' ? password : textOf(password)
  const view = new DataView(new ArrayBuffer(2 * text.length + 2))
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i))
  return new Uint8Array(view.buffer)
}

/** Appendix B.3. */
const PURPOSES = { key: 1, iv: 2 } as const

/** v: the block length of SHA-1 in bytes. */
const BLOCK_LENGTH = 64

/** Steps 2 and 3: copies, as many as whole blocks take. */
function repeated(bytes: Uint8Array): Uint8Array {
  const length = BLOCK_LENGTH * Math.ceil(bytes.length / BLOCK_LENGTH)
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0)
}

/** Steps 6.B and 6.C: adds a block made of copies of the digest, plus one, to each block of the input. */
function plusBlock(input: Uint8Array, block: Uint8Array): Uint8Array {
  const sum = Uint8Array.from(input)
  for (let start = 0; start < sum.length; start += BLOCK_LENGTH) {
    let carry = 1
    for (let i = BLOCK_LENGTH - 1; i >= 0; i--) {
      carry += (sum[start + i] ?? 0) + (block[i % block.length] ?? 0)
      sum[start + i] = carry & 0xff
      carry >>= 8
    }
  }
  return sum
}

function textOf(password: Uint8Array): string {
  try {
    return bytesToUtf8(password)
  } catch {
    return Array.from(password, (byte) => String.fromCharCode(byte)).join('')
  }
}
