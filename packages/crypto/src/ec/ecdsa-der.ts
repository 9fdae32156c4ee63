/**
 * The two encodings of an ECDSA signature: r‖s of fixed width, and the DER that X.509, TLS and most HSMs use.
 *
 * @see RFC 3279 section 2.2.3, Ecdsa-Sig-Value; RFC 7518 section 3.4
 */

import { concatBytes } from '@noble/hashes/utils.js'
import { requireBytes } from '../checks/arguments.ts'
import { cryptoError, isCryptoError } from '../crypto-error.ts'
import { bigIntToBytes, bytesToBigInt } from '../encoding/bytes.ts'
import { readDer, readInteger, readSequence } from '../encoding/read-der.ts'
import { writeInteger, writeSequence } from '../encoding/write-der.ts'
import type { CurveName } from '../key-material.ts'
import { CURVES } from './curves.ts'

/**
 * Converts a signature from r‖s of fixed width, the form of {@link ecdsaSign}, to DER.
 *
 * @param crv - The curve of the key that signed.
 * @param signature - r‖s: 64, 96, 132 or 64 bytes. Not changed.
 * @returns A fresh array of 8 to 141 bytes: SEQUENCE { r INTEGER, s INTEGER }.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a curve, another length, or r or s is 0.
 * @see RFC 3279 section 2.2.3; ITU-T X.690 section 8.3
 *
 * @example
 * ```ts
 * import { bytesToHex, ecdsaToDer } from '@pocket-hsm/crypto'
 *
 * const signature = new Uint8Array(64)
 * signature[31] = 0x7f
 * signature[63] = 0x80
 * bytesToHex(ecdsaToDer('P-256', signature)) // '300702017f02020080'
 * ```
 */
export function ecdsaToDer(crv: CurveName, signature: Uint8Array): Uint8Array {
  const width = widthOf(crv)
  requireBytes('The signature', signature)
  if (signature.length !== 2 * width) {
    throw cryptoError(
      'INVALID_ARGUMENT',
      `A signature on ${crv} has ${2 * width} bytes, not ${signature.length}.`,
    )
  }
  const numbers = [signature.subarray(0, width), signature.subarray(width)].map(bytesToBigInt)
  if (numbers.includes(0n)) throw invalidSignature('r and s must be positive')
  return writeSequence(...numbers.map(writeInteger))
}

/**
 * Converts a signature from DER to r‖s of fixed width, the form of {@link ecdsaVerify}.
 *
 * Reading is strict: definite lengths, each in as few bytes as possible, minimal integers, and no bytes before,
 * between or after them. So every signature has exactly one encoding, and {@link ecdsaToDer} restores it.
 *
 * @param crv - The curve of the key that signed.
 * @param der - SEQUENCE { r INTEGER, s INTEGER }. Not changed.
 * @returns A fresh array of 64, 96, 132 or 64 bytes. r and s are not compared with the order of the curve: that is
 * part of verification.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not a curve, not strict DER of two integers, or r or s is 0,
 * negative or wider than the curve's order.
 * @see RFC 3279 section 2.2.3; ITU-T X.690 sections 8.3 and 10.1
 *
 * @example
 * ```ts
 * import { ecdsaFromDer, hexToBytes } from '@pocket-hsm/crypto'
 *
 * ecdsaFromDer('P-521', hexToBytes('300702017f02020080')).length // 132
 * ```
 */
export function ecdsaFromDer(crv: CurveName, der: Uint8Array): Uint8Array {
  const width = widthOf(crv)
  requireBytes('The signature', der)
  const numbers = readNumbers(der)
  for (const number of numbers) {
    if (number === 0n) throw invalidSignature('r and s must be positive')
    if (number >> BigInt(8 * width) !== 0n) {
      throw invalidSignature(`r and s on ${crv} have at most ${width} bytes`)
    }
  }
  return concatBytes(...numbers.map((number) => bigIntToBytes(number, width)))
}

function readNumbers(der: Uint8Array): readonly bigint[] {
  try {
    const [r, s, ...rest] = readSequence(readDer(der, 'the signature'), 'the signature')
    const numbers = [readInteger(r, 'r'), readInteger(s, 's')]
    if (rest.length === 0) return numbers
  } catch (error) {
    // The reader's errors are about keys.
    if (isCryptoError(error)) throw cryptoError('INVALID_ARGUMENT', error.message)
    throw error
  }
  throw invalidSignature('it must have two integers')
}

function widthOf(crv: CurveName): number {
  if (Object.hasOwn(CURVES, crv)) return CURVES[crv].width
  throw cryptoError(
    'INVALID_ARGUMENT',
    `The curve must be one of ${Object.keys(CURVES).join(', ')}.`,
  )
}

const invalidSignature = (problem: string) =>
  cryptoError('INVALID_ARGUMENT', `The signature is not valid: ${problem}.`)
