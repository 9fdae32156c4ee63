/** SEC 1: ECPrivateKey on a named curve (RFC 5915). */

import { cryptoError } from '../crypto-error.ts'
import { CURVES } from '../ec/curves.ts'
import { readPoint, writePoint } from '../ec/ec-point.ts'
import { checkSamePoint, makeEcKey } from '../ec/make-ec-key.ts'
import { withoutExtraZeros } from '../encoding/bytes.ts'
import {
  contextTag,
  type DerElement,
  invalidDer,
  readBitString,
  readDer,
  readExplicit,
  readOctetString,
  readSequence,
  readSmallInteger,
} from '../encoding/read-der.ts'
import {
  writeBitString,
  writeExplicit,
  writeInteger,
  writeOctetString,
  writeSequence,
} from '../encoding/write-der.ts'
import type { CurveName, EcKey, KeyMaterial } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { readCurve, writeCurve } from './key-algorithms.ts'

/**
 * Reads a SEC 1 ECPrivateKey that names its curve.
 *
 * The public key may be absent, because d determines it. RFC 5915 asks for d in the full width of the curve; a
 * shorter d, and a d with leading zeros (old GnuTLS writes them), is accepted as well.
 *
 * @param der - At most 65,536 bytes, of which d takes at most 1,024.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure, more elements, d outside 1 to n - 1, or
 * a public key that does not belong to d.
 * @throws {@link CryptoError} `UNSUPPORTED_KEY` - a curve that is not supported, or explicit parameters.
 * @see RFC 5915 section 3
 *
 * @example
 * ```ts
 * import { type EcKey, exportSec1, importSec1 } from '@pocket-hsm/crypto'
 *
 * const copy = (key: EcKey): EcKey => importSec1(exportSec1(key))
 * ```
 */
export function importSec1(der: Uint8Array): EcKey {
  return readEcPrivateKey(der)
}

/**
 * Writes an EC private key as SEC 1 ECPrivateKey, with the name of its curve and its public key.
 *
 * @returns A fresh array of DER. The private key in it is not encrypted.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - not an EC key, or a key without its private part.
 * @see RFC 5915 section 3
 *
 * @example
 * ```ts
 * import { type EcKey, exportSec1 } from '@pocket-hsm/crypto'
 *
 * const lengthOf = (key: EcKey): number => exportSec1(key).length
 * ```
 */
export function exportSec1(key: KeyMaterial): Uint8Array {
  if (key.kty !== 'EC') throw cryptoError('INVALID_ARGUMENT', 'SEC 1 is a form of EC keys only.')
  return writeEcPrivateKey(key, [writeExplicit(0, writeCurve(key.crv))])
}

/**
 * Reads an ECPrivateKey.
 *
 * @param crv - The curve that the enclosing structure names; a curve named inside must be the same.
 * @throws {@link CryptoError} as {@link importSec1}
 */
export function readEcPrivateKey(der: Uint8Array, crv?: CurveName): EcKey {
  const elements = readSequence(readDer(der, 'ECPrivateKey'), 'ECPrivateKey')
  const [version, privateKey, ...optional] = elements
  if (readSmallInteger(version, 'the version of ECPrivateKey') !== 1) {
    throw invalidDer('ECPrivateKey', 'is not of version 1')
  }
  const d = readOctetString(privateKey, 'the private key of ECPrivateKey')
  const { parameters, publicKey } = readOptional(optional)
  const named = parameters && readCurve(readExplicit(parameters, 0, 'the curve of ECPrivateKey'))
  const curve = crv ?? named
  if (curve === undefined) throw invalidDer('ECPrivateKey', 'does not name its curve')
  if (named !== undefined && named !== curve) throw invalidDer('ECPrivateKey', 'names two curves')
  const scalar = withoutExtraZeros(d, CURVES[curve].width)
  if (scalar === undefined) throw invalidDer('the private key', 'is too long for its curve')
  const key = makeEcKey(curve, scalar)
  if (publicKey === undefined) return key
  const point = readBitString(readExplicit(publicKey, 1, 'the public key'), 'the public key')
  checkSamePoint(key, readPoint(curve, point))
  return key
}

/**
 * Writes an ECPrivateKey.
 *
 * @param parameters - The `[0]` element; none where the enclosing structure names the curve.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key without its private part.
 */
export function writeEcPrivateKey(key: EcKey, parameters: readonly Uint8Array[] = []): Uint8Array {
  if (key.privateKey === undefined) {
    throw cryptoError('INVALID_ARGUMENT', 'The key has no private part to export.')
  }
  return writeSequence(
    writeInteger(1),
    writeOctetString(Secret.reveal(key.privateKey)),
    ...parameters,
    writeExplicit(1, writeBitString(writePoint(key.publicKey))),
  )
}

interface OptionalElements {
  readonly parameters: DerElement | undefined
  readonly publicKey: DerElement | undefined
}

/** RFC 5915 section 3: `parameters [0]` and `publicKey [1]`, each at most once and in this order. */
function readOptional(elements: readonly DerElement[]): OptionalElements {
  const parameters = elements.find(({ tag }) => tag === contextTag(0))
  const publicKey = elements.find(({ tag }) => tag === contextTag(1))
  const known = [parameters, publicKey].filter((element) => element !== undefined)
  if (known.length !== elements.length || known.some((element, i) => element !== elements[i])) {
    throw invalidDer('ECPrivateKey', 'has elements that do not belong to it')
  }
  return { parameters, publicKey }
}
