/** From what is asked for to what is generated: sizes, curves and exponents. */

import type { CurveName, KeySpec } from '@pocket-hsm/crypto'
import { badParameter, printable } from '../hsm-error.ts'
import type { KeyKind } from '../service/profiles.ts'

const SIZES: Readonly<Record<'RSA' | 'oct', readonly number[]>> = {
  RSA: [2048, 3072, 4096],
  oct: [256, 192, 128],
}

const CURVES: readonly string[] = ['P-256', 'P-384', 'P-521', 'P-256K']

/** What decides the material of a new key beside its type. */
export interface KeySizeParameters {
  /** Bits: RSA 2048 (unless told), 3072, 4096; oct 128, 192, 256 (unless told). Ignored for EC. */
  readonly keySize?: number | undefined
  /** EC alone: `P-256` unless told. */
  readonly crv?: CurveName | undefined
  /** RSA alone: an odd number from 3, 65537 unless told. */
  readonly publicExponent?: number | undefined
}

/** The same for an RSA key. */
export type RsaKeyParameters = Pick<KeySizeParameters, 'keySize' | 'publicExponent'>

/** Reads what an RSA key is to be made of. */
export function parseRsaSpec({ keySize, publicExponent }: RsaKeyParameters): RsaSpec {
  return {
    kty: 'RSA',
    bits: parseSize('RSA', keySize ?? 2048),
    ...(publicExponent !== undefined &&
      publicExponent !== null && { e: parseExponent(publicExponent) }),
  }
}

/** What to make an RSA key of. */
export type RsaSpec = Extract<KeySpec, { readonly kty: 'RSA' }>

/** Reads what a key of each kind is to be made of. */
export const PARSE_SPEC: Readonly<Record<KeyKind, (parameters: KeySizeParameters) => KeySpec>> = {
  RSA: parseRsaSpec,
  EC: ({ crv }) => ({ kty: 'EC', crv: parseCurve(crv) }),
  oct: ({ keySize }) => ({ kty: 'oct', bits: parseSize('oct', keySize ?? 256) }),
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

function parseExponent(e: number): number {
  if (Number.isSafeInteger(e) && e >= 3 && e % 2 === 1 && e < 2 ** 32) return e
  throw badParameter(`Invalid public_exponent value: ${printable(e)}`)
}
