/** A public key as JWK and as PEM. */

import { fromBase64url, toBase64 } from './encodings.ts'

/** The members of a key in a bundle. */
export interface PublicKey {
  readonly kty: string
  readonly kid?: string
  readonly n?: string
  readonly e?: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly alg?: string
  readonly pub?: string
}

/**
 * The bytes of object identifiers, by the name of what they identify.
 *
 * @see RFC 5480 section 2.1.1, RFC 8017 appendix A.1, RFC 9881 section 2
 */
const OIDS: Readonly<Record<string, string>> = {
  rsaEncryption: '06092a864886f70d010101',
  ecPublicKey: '06072a8648ce3d0201',
  'P-256': '06082a8648ce3d030107',
  'P-384': '06052b81040022',
  'P-521': '06052b81040023',
  'P-256K': '06052b8104000a',
  'ML-DSA-44': '0609608648016503040311',
  'ML-DSA-65': '0609608648016503040312',
  'ML-DSA-87': '0609608648016503040313',
}

const NULL = [0x05, 0x00]

/** The public key as a JWK: without `-HSM` in its type and without `key_ops`, as libraries take it. */
export function toJwk({ kty, n, e, crv, x, y, alg, pub, kid }: PublicKey): object {
  const members = { kty: kty.replace(/-HSM$/, ''), kid, n, e, crv, x, y, alg, pub }
  return JSON.parse(JSON.stringify(members))
}

/** The public key as a SubjectPublicKeyInfo in PEM (RFC 7468 section 13); `undefined` for a key without a public part. */
export function toPem(key: PublicKey): string | undefined {
  const spki = toSpki(key)
  if (spki === undefined) return undefined
  const lines = toBase64(Uint8Array.from(spki)).match(/.{1,64}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}

/** RFC 5280 section 4.1.2.7. */
function toSpki({ n, e, crv = '', x, y, alg = '', pub }: PublicKey): readonly number[] | undefined {
  if (n !== undefined && e !== undefined) {
    const key = der(0x30, [...integer(n), ...integer(e)])
    return der(0x30, [...der(0x30, [...oid('rsaEncryption'), ...NULL]), ...bits(key)])
  }
  if (pub !== undefined)
    return der(0x30, [...der(0x30, oid(alg)), ...bits([...fromBase64url(pub)])])
  if (x === undefined || y === undefined || OIDS[crv] === undefined) return undefined
  const point = [0x04, ...fromBase64url(x), ...fromBase64url(y)]
  return der(0x30, [...der(0x30, [...oid('ecPublicKey'), ...oid(crv)]), ...bits(point)])
}

function oid(name: string): readonly number[] {
  return (OIDS[name] ?? '').match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
}

const bits = (content: readonly number[]) => der(0x03, [0, ...content])

function integer(text: string): readonly number[] {
  const bytes = [...fromBase64url(text)]
  const first = bytes.findIndex((byte) => byte !== 0)
  const significant = bytes.slice(Math.max(0, first))
  return der(0x02, (significant[0] ?? 0) >= 0x80 ? [0, ...significant] : significant)
}

/** X.690 section 8.1. */
function der(tag: number, content: readonly number[]): readonly number[] {
  const { length } = content
  if (length < 0x80) return [tag, length, ...content]
  const size = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return [tag, 0x80 | size.length, ...size, ...content]
}
