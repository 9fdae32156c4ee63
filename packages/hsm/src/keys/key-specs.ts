/** Sizes, curves and exponents: from the caller's parameters to the spec of a key. */

import {
  type AesKeyBits,
  type CurveName,
  type KeySpec,
  type KnownLiteral,
  ML_DSA_LENGTHS,
  type MlDsaParameterSet,
} from '@pocket-hsm/crypto'
import { badParameter, printable } from '../hsm-error.ts'
import type { KeyKind } from '../service/profiles.ts'

const SIZES: Readonly<Record<'RSA' | 'oct', readonly number[]>> = {
  RSA: [2048, 3072, 4096],
  oct: [256, 192, 128],
}

const CURVES: readonly string[] = ['P-256', 'P-384', 'P-521', 'P-256K']

const PARAMETER_SETS: readonly string[] = Object.keys(ML_DSA_LENGTHS)

/** The sizes of RSA keys, in bits. */
export type RsaKeySize = 2048 | 3072 | 4096

/** What decides the material of a new key besides its type. */
export interface KeySizeParameters<
  Size extends number = number,
  Crv extends string = string,
  Alg extends string = string,
> {
  /** Bits: RSA 2048 (default), 3072, 4096; oct 128, 192, 256 (default). Ignored for EC and AKP. */
  readonly keySize?: KnownLiteral<RsaKeySize | AesKeyBits, Size> | undefined
  /** EC only. Defaults to `P-256`. */
  readonly crv?: KnownLiteral<CurveName, Crv> | undefined
  /** AKP only, and without a default: `ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87`. */
  readonly alg?: KnownLiteral<MlDsaParameterSet, Alg> | undefined
  /** RSA only: an odd number from 3 on. Defaults to 65537. */
  readonly publicExponent?: number | undefined
}

/** What decides the material of a new RSA key. */
export interface RsaKeyParameters<Size extends number = number> {
  /** Bits: 2048 (default), 3072, 4096. */
  readonly keySize?: KnownLiteral<RsaKeySize, Size> | undefined
  /** An odd number from 3 on. Defaults to 65537. */
  readonly publicExponent?: number | undefined
}

/** Reads the spec of an RSA key. */
export function parseRsaSpec({ keySize, publicExponent }: RsaKeyParameters): RsaSpec {
  return {
    kty: 'RSA',
    bits: parseSize('RSA', keySize ?? 2048),
    ...(publicExponent !== undefined &&
      publicExponent !== null && { e: parseExponent(publicExponent) }),
  }
}

/** The spec of an RSA key. */
export type RsaSpec = Extract<KeySpec, { readonly kty: 'RSA' }>

/** Reads the spec of a key, by its kind. */
export const PARSE_SPEC: Readonly<Record<KeyKind, (parameters: KeySizeParameters) => KeySpec>> = {
  RSA: parseRsaSpec,
  EC: ({ crv }) => ({ kty: 'EC', crv: parseCurve(crv) }),
  oct: ({ keySize }) => ({ kty: 'oct', bits: parseSize('oct', keySize ?? 256) }),
  AKP: ({ alg }) => ({ kty: 'AKP', alg: parseParameterSet(alg) }),
}

function parseSize(kind: 'RSA' | 'oct', bits: number): number {
  if (SIZES[kind].includes(bits)) return bits
  throw badParameter(`Invalid key_size for a key of type ${kind}: ${printable(bits)}`)
}

/** An absent or empty curve is P-256, as recorded from the service. */
function parseCurve(crv: string | undefined): CurveName {
  const curve = crv || 'P-256'
  if (CURVES.includes(curve)) return curve as CurveName
  throw badParameter(`Invalid crv value: ${printable(crv)}`)
}

function parseParameterSet(alg: string | undefined): MlDsaParameterSet {
  if (typeof alg === 'string' && PARAMETER_SETS.includes(alg)) return alg as MlDsaParameterSet
  throw badParameter(
    `Invalid alg value for a key of type AKP: ${printable(alg)}. It must be ${PARAMETER_SETS.join(', ')}.`,
  )
}

function parseExponent(e: number): number {
  if (Number.isSafeInteger(e) && e >= 3 && e % 2 === 1 && e < 2 ** 32) return e
  throw badParameter(`Invalid public_exponent value: ${printable(e)}`)
}
