import {
  constants,
  createHash,
  createHmac,
  sign as nodeSign,
  privateEncrypt,
  randomBytes,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  getKey,
  type Hsm,
  importKey,
  type KeyOperation,
  rotateKey,
  sign,
  verify,
} from '../../src/index.ts'
import { CURVES, ecJwk, nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'

const MESSAGE = Buffer.from('one coffee, no sugar')

const hashOf = (alg: string): 'sha256' | 'sha384' | 'sha512' =>
  `sha${/\d+/.exec(alg)?.[0] ?? ''}` as 'sha256'

const digestFor = (alg: string): Buffer => createHash(hashOf(alg)).update(MESSAGE).digest()

const SIGNING: readonly KeyOperation[] = ['sign', 'verify']

/** The bytes with one bit turned over. */
function turned(bytes: Uint8Array, bit: number): Buffer {
  const turned = Buffer.from(bytes)
  turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return turned
}

/** Every bit of a short byte string, every 41st of a long one. */
const bitsOf = (bytes: Uint8Array): readonly number[] =>
  [...Array(8 * bytes.length).keys()].filter((bit) => bytes.length < 100 || bit % 41 === 0)

function rsaSigned(alg: string, bits: 2048 | 3072 | 4096 = 2048, saltLength?: number): Buffer {
  const key = nodeKey(rsaJwk(bits))
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST,
  }
  const padding = alg.startsWith('PS') ? pss : { padding: constants.RSA_PKCS1_PADDING }
  return nodeSign(hashOf(alg), MESSAGE, { key, ...padding })
}

describe('verify', () => {
  const digest = digestFor('RS256')
  const value = rsaSigned('RS256')
  itGuards({
    use: 'verify',
    alg: 'RS256',
    ask: (hsm, key, parameters) => verify(hsm, key, { alg: 'RS256', digest, value, ...parameters }),
    bytes: ['digest', 'value'],
  })
})

describe('verify with RSA', () => {
  const ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  const withKey = (bits: 2048 | 3072 | 4096 = 2048) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', rsaJwk(bits))
    return hsm
  }

  it.each(([2048, 3072, 4096] as const).flatMap((bits) => ALGS.map((alg) => [bits, alg] as const)))(
    '%i bits, %s: is true for what node:crypto signed',
    (bits, alg) => {
      const question = { alg, digest: digestFor(alg), value: rsaSigned(alg, bits) }
      expect(verify(withKey(bits), 'k', question)).toBe(true)
    },
  )

  it.each(ALGS)('%s: is false with a bit turned over, in the signature or the digest', (alg) => {
    const hsm = withKey()
    const [digest, value] = [digestFor(alg), rsaSigned(alg)]
    for (const bit of bitsOf(value)) {
      expect(verify(hsm, 'k', { alg, digest, value: turned(value, bit) })).toBe(false)
    }
    for (const bit of bitsOf(digest).filter((bit) => bit % 5 === 0)) {
      expect(verify(hsm, 'k', { alg, digest: turned(digest, bit), value })).toBe(false)
    }
  })

  it.each([...ALGS, 'RSNULL'])('%s: is false for a signature of another length or size', (alg) => {
    const hsm = withKey()
    const digest = digestFor(alg === 'RSNULL' ? 'RS256' : alg)
    const value = rsaSigned(alg === 'RSNULL' ? 'RS256' : alg)
    const wrong = [
      Buffer.alloc(0),
      value.subarray(1),
      Buffer.concat([Buffer.alloc(1), value]),
      Buffer.concat([value, Buffer.alloc(1)]),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.from(rsaJwk().n ?? '', 'base64url'),
    ]
    for (const signature of wrong) {
      expect(verify(hsm, 'k', { alg, digest, value: signature })).toBe(false)
    }
  })

  it('is false for a signature under another algorithm of the same hash', () => {
    const hsm = withKey()
    const digest = digestFor('RS256')
    expect(verify(hsm, 'k', { alg: 'PS256', digest, value: rsaSigned('RS256') })).toBe(false)
    expect(verify(hsm, 'k', { alg: 'RS256', digest, value: rsaSigned('PS256') })).toBe(false)
    expect(verify(hsm, 'k', { alg: 'RSNULL', digest, value: rsaSigned('RS256') })).toBe(false)
  })

  it.each([0, 20, 31, 33, 64])('is false for PSS with a salt of %i bytes', (saltLength) => {
    const value = rsaSigned('PS256', 2048, saltLength)
    expect(verify(withKey(), 'k', { alg: 'PS256', digest: digestFor('PS256'), value })).toBe(false)
  })

  it('RSNULL: is true for a block of type 1 that node:crypto made', () => {
    const hsm = withKey()
    const key = nodeKey(rsaJwk())
    for (const digest of [Buffer.alloc(0), Buffer.from('any'), Buffer.alloc(245, 7)]) {
      const value = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digest)
      expect(verify(hsm, 'k', { alg: 'RSNULL', digest, value })).toBe(true)
      const other = Buffer.concat([digest, Buffer.of(1)])
        .subarray(0, 245)
        .fill(2)
      expect(verify(hsm, 'k', { alg: 'RSNULL', digest: other, value })).toBe(false)
    }
  })

  const asked = (alg: string, length: number) => (hsm: Hsm) => {
    importKey(hsm, 'k', rsaJwk())
    const value = new Uint8Array(256)
    return () => verify(hsm, 'k', { alg, digest: new Uint8Array(length), value })
  }
  for (const [alg, length] of [
    ['RS256', 32],
    ['RS384', 48],
    ['PS512', 64],
  ] as const) {
    for (const wrong of [0, length - 1, length + 1]) {
      itRefuses(
        `a digest of ${wrong} bytes with ${alg}`,
        asked(alg, wrong),
        badParameter(
          `Invalid length of 'digest': ${wrong} bytes. ${alg} requires ${length} bytes, encoded with base64url.`,
        ),
      )
    }
  }
  itRefuses(
    'RSNULL where it is strict',
    asked('RSNULL', 32),
    badParameter('Unknown algorithm: RSNULL'),
    { strict: true },
  )
})

describe('verify with ECDSA', () => {
  const ROWS = {
    'P-256': { alg: 'ES256', hash: 'sha256', digest: 32 },
    'P-384': { alg: 'ES384', hash: 'sha384', digest: 48 },
    'P-521': { alg: 'ES512', hash: 'sha512', digest: 64 },
    'P-256K': { alg: 'ES256K', hash: 'sha256', digest: 32 },
  } as const
  /** SEC 2 sections 2.4.2, 2.5.1, 2.6.1 and 2.4.1. */
  const ORDER = {
    'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    'P-384':
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    'P-521':
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    'P-256K': 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  } as const

  const signed = (crv: (typeof CURVES)[number], dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363') =>
    nodeSign(ROWS[crv].hash, MESSAGE, { key: nodeKey(ecJwk(crv)), dsaEncoding })
  const questionOf = (crv: (typeof CURVES)[number]) => ({
    alg: ROWS[crv].alg,
    digest: createHash(ROWS[crv].hash).update(MESSAGE).digest(),
  })
  const withKey = (crv: (typeof CURVES)[number]) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk(crv))
    return hsm
  }

  it.each(CURVES)('%s: is true for what node:crypto signed', (crv) => {
    const hsm = withKey(crv)
    for (let i = 0; i < 10; i++) {
      expect(verify(hsm, 'k', { ...questionOf(crv), value: signed(crv) })).toBe(true)
    }
  })

  it.each(CURVES)('%s: is true for s and for the order less s', (crv) => {
    const hsm = withKey(crv)
    const value = signed(crv)
    const half = value.length / 2
    const s = ORDER[crv] - BigInt(`0x${value.subarray(half).toString('hex')}`)
    const other = Buffer.from(s.toString(16).padStart(2 * half, '0'), 'hex')
    const mirrored = Buffer.concat([value.subarray(0, half), other])
    expect(mirrored.equals(value)).toBe(false)
    expect(verify(hsm, 'k', { ...questionOf(crv), value: mirrored })).toBe(true)
  })

  it.each(CURVES)('%s: is false with a bit turned over', (crv) => {
    const hsm = withKey(crv)
    const [question, value] = [questionOf(crv), signed(crv)]
    for (const bit of bitsOf(value).filter((bit) => bit % 19 === 0)) {
      expect(verify(hsm, 'k', { ...question, value: turned(value, bit) })).toBe(false)
    }
    for (const bit of bitsOf(question.digest).filter((bit) => bit % 37 === 0)) {
      const digest = turned(question.digest, bit)
      expect(verify(hsm, 'k', { ...question, digest, value })).toBe(false)
    }
  })

  it.each(CURVES)('%s: is false for DER, and for any other length', (crv) => {
    const hsm = withKey(crv)
    const value = signed(crv)
    const wrong = [
      signed(crv, 'der'),
      Buffer.alloc(0),
      value.subarray(1),
      value.subarray(0, -1),
      Buffer.concat([value, Buffer.alloc(2)]),
      Buffer.concat([Buffer.alloc(1), value, Buffer.alloc(1)]),
    ]
    for (const signature of wrong) {
      expect(verify(hsm, 'k', { ...questionOf(crv), value: signature })).toBe(false)
    }
  })

  it.each(CURVES)('%s: is false for r or s that is zero, the order or more', (crv) => {
    const hsm = withKey(crv)
    const value = signed(crv)
    const half = value.length / 2
    const order = Buffer.from(ORDER[crv].toString(16).padStart(2 * half, '0'), 'hex')
    for (const number of [Buffer.alloc(half), order, Buffer.alloc(half, 0xff)]) {
      for (const signature of [
        Buffer.concat([number, value.subarray(half)]),
        Buffer.concat([value.subarray(0, half), number]),
      ]) {
        expect(verify(hsm, 'k', { ...questionOf(crv), value: signature })).toBe(false)
      }
    }
  })

  it('is false for a signature by another key', () => {
    const hsm = withKey('P-256')
    rotateKey(hsm, 'k')
    expect(verify(hsm, 'k', { ...questionOf('P-256'), value: signed('P-256') })).toBe(false)
  })

  for (const crv of CURVES) {
    const { alg, digest: length } = ROWS[crv]
    itRefuses(
      `a digest of ${length + 1} bytes with ${alg}`,
      (hsm) => {
        importKey(hsm, 'k', ecJwk(crv))
        const digest = new Uint8Array(length + 1)
        return () => verify(hsm, 'k', { alg, digest, value: new Uint8Array(64) })
      },
      badParameter(
        `Invalid length of 'digest': ${length + 1} bytes. ${alg} requires ${length} bytes, encoded with base64url.`,
      ),
    )
  }

  it('refuses an algorithm of another curve', () => {
    const question = { ...questionOf('P-256'), alg: 'ES256K', value: signed('P-256') }
    const hsm = withKey('P-256')
    expect(refusalOf(() => verify(hsm, 'k', question)).message).toBe(
      `Key and signing algorithm are incompatible. Key ${getKey(hsm, 'k').key.kid} uses curve 'P-256', and algorithm 'ES256K' can only be used with curve 'P-256K'. (Activity ID: GUID)`,
    )
  })
})

describe('verify with HMAC', () => {
  const withKey = () => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', octJwk(), { keyOps: SIGNING })
    return hsm
  }

  it.each(['HS256', 'HS384', 'HS512'])(
    '%s: is true for what node:crypto made, and for nothing else',
    (alg) => {
      const hsm = withKey()
      const digest = randomBytes(50)
      const value = createHmac(hashOf(alg), octBytes()).update(digest).digest()
      expect(verify(hsm, 'k', { alg, digest, value })).toBe(true)
      for (const bit of bitsOf(value)) {
        expect(verify(hsm, 'k', { alg, digest, value: turned(value, bit) })).toBe(false)
      }
      for (const bit of bitsOf(digest)) {
        expect(verify(hsm, 'k', { alg, digest: turned(digest, bit), value })).toBe(false)
      }
      for (const length of [0, 1, 16, value.length - 1]) {
        expect(verify(hsm, 'k', { alg, digest, value: value.subarray(0, length) })).toBe(false)
      }
      const longer = Buffer.concat([value, Buffer.alloc(1)])
      expect(verify(hsm, 'k', { alg, digest, value: longer })).toBe(false)
    },
  )
})

describe('verify', () => {
  it('by identifier asks the version that is named', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk())
    const digest = digestFor('ES256')
    const { kid, value } = sign(hsm, 'k', { alg: 'ES256', value: digest })
    rotateKey(hsm, 'k')
    expect(verify(hsm, kid, { alg: 'ES256', digest, value })).toBe(true)
    expect(verify(hsm, 'k', { alg: 'ES256', digest, value })).toBe(false)
  })

  it('changes nothing, whatever it answers', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk())
    const digest = digestFor('ES256')
    const { value } = sign(hsm, 'k', { alg: 'ES256', value: digest })
    const before = snapshot(hsm)
    const given = Object.freeze({ alg: 'ES256', digest: Uint8Array.from(digest), value })
    const copy = structuredClone(given)
    expect(verify(hsm, 'k', given)).toBe(true)
    expect(verify(hsm, 'k', { ...given, value: new Uint8Array(64) })).toBe(false)
    expect(given).toEqual(copy)
    expect(snapshot(hsm)).toEqual(before)
  })
})
