import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  verify as nodeVerify,
  publicDecrypt,
  randomBytes,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Hsm, importKey, type KeyOperation, rotateKey, sign } from '../../src/index.ts'
import { CURVES, ecJwk, nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'

const MESSAGE = Buffer.from('one coffee, no sugar')

const hashOf = (alg: string): 'sha256' | 'sha384' | 'sha512' =>
  `sha${/\d+/.exec(alg)?.[0] ?? ''}` as 'sha256'

const digestFor = (alg: string): Buffer => createHash(hashOf(alg)).update(MESSAGE).digest()

const SIGNING: readonly KeyOperation[] = ['sign', 'verify']

describe('sign', () => {
  itGuards({
    use: 'sign',
    alg: 'RS256',
    ask: (hsm, key, parameters) =>
      sign(hsm, key, { alg: 'RS256', value: digestFor('RS256'), ...parameters }),
    bytes: ['value'],
  })
})

describe('sign with RSA', () => {
  const ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
  const padding = (alg: string) =>
    alg.startsWith('PS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }
  const cases = ([2048, 3072, 4096] as const).flatMap((bits) =>
    ALGS.map((alg) => [bits, alg] as const),
  )

  it.each(cases)('%i bits, %s: node:crypto verifies it', (bits, alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', rsaJwk(bits))
    const { value } = sign(hsm, 'k', { alg, value: digestFor(alg) })
    expect(value).toHaveLength(bits / 8)
    const key = createPublicKey(nodeKey(rsaJwk(bits)))
    expect(nodeVerify(hashOf(alg), MESSAGE, { key, ...padding(alg) }, value)).toBe(true)
  })

  const twice = (alg: string) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', rsaJwk())
    const once = () => Buffer.from(sign(hsm, 'k', { alg, value: digestFor(alg) }).value)
    return once().equals(once())
  }

  it.each(['RS256', 'RS384', 'RS512'])('%s always gives the same bytes', (alg) => {
    expect(twice(alg)).toBe(true)
  })

  it.each(['PS256', 'PS384', 'PS512'])('%s never gives the same bytes twice', (alg) => {
    expect(twice(alg)).toBe(false)
  })

  it.each([0, 1, 32, 245])('RSNULL puts %i bytes into a block of type 1 as they are', (length) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', rsaJwk())
    const bytes = randomBytes(length)
    const { value } = sign(hsm, 'k', { alg: 'RSNULL', value: bytes })
    const key = createPublicKey(nodeKey(rsaJwk()))
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, value)
    expect(opened.equals(bytes)).toBe(true)
  })

  const asked = (alg: string, length: number) => (hsm: Hsm) => {
    importKey(hsm, 'k', rsaJwk())
    return () => sign(hsm, 'k', { alg, value: new Uint8Array(length) })
  }
  itRefuses(
    'more bytes with RSNULL than fit',
    asked('RSNULL', 246),
    badParameter('The key signs at most 245 bytes, not 246.'),
  )
  itRefuses(
    'RSNULL where it is strict',
    asked('RSNULL', 32),
    badParameter('Unknown algorithm: RSNULL'),
    { strict: true },
  )
  for (const [alg, length] of [
    ['RS256', 32],
    ['RS384', 48],
    ['RS512', 64],
    ['PS256', 32],
    ['PS384', 48],
    ['PS512', 64],
  ] as const) {
    for (const wrong of [0, length - 1, length + 1, 44]) {
      itRefuses(
        `a digest of ${wrong} bytes with ${alg}`,
        asked(alg, wrong),
        badParameter(
          `Invalid length of 'value': ${wrong} bytes. ${alg} requires ${length} bytes, encoded with base64url.`,
        ),
        { profiles: ['managed-hsm', 'vault-premium'] },
      )
    }
  }
})

describe('sign with ECDSA', () => {
  const ROWS = {
    'P-256': { alg: 'ES256', hash: 'sha256', digest: 32, signature: 64 },
    'P-384': { alg: 'ES384', hash: 'sha384', digest: 48, signature: 96 },
    'P-521': { alg: 'ES512', hash: 'sha512', digest: 64, signature: 132 },
    'P-256K': { alg: 'ES256K', hash: 'sha256', digest: 32, signature: 64 },
  } as const

  it.each(CURVES)('%s: node:crypto verifies r‖s of fixed width, never DER', (crv) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk(crv))
    const { alg, hash, signature } = ROWS[crv]
    const key = createPublicKey(nodeKey(ecJwk(crv)))
    for (let i = 0; i < 20; i++) {
      const message = randomBytes(i)
      const digest = createHash(hash).update(message).digest()
      const { value } = sign(hsm, 'k', { alg, value: digest })
      expect(value).toHaveLength(signature)
      const dsaEncoding = 'ieee-p1363' as const
      expect(nodeVerify(hash, message, { key, dsaEncoding }, value)).toBe(true)
    }
  })

  it.each(CURVES)('%s: never the same bytes twice', (crv) => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk(crv))
    const { alg, digest } = ROWS[crv]
    const once = () => Buffer.from(sign(hsm, 'k', { alg, value: new Uint8Array(digest) }).value)
    expect(once().equals(once())).toBe(false)
  })

  for (const crv of CURVES) {
    const { alg, digest: length } = ROWS[crv]
    for (const wrong of [0, length - 1, length + 1]) {
      itRefuses(
        `a digest of ${wrong} bytes with ${alg}`,
        (hsm) => {
          importKey(hsm, 'k', ecJwk(crv))
          return () => sign(hsm, 'k', { alg, value: new Uint8Array(wrong) })
        },
        badParameter(
          `Invalid length of 'value': ${wrong} bytes. ${alg} requires ${length} bytes, encoded with base64url.`,
        ),
        { profiles: ['managed-hsm', 'vault-standard'] },
      )
    }
  }

  const unfit = CURVES.flatMap((crv) =>
    CURVES.filter((other) => other !== crv).map((other) => [ROWS[other].alg, crv, other] as const),
  )
  it.each(unfit)('refuses %s with a key on %s', (alg, crv, other) => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    const { kid } = importKey(hsm, 'k', ecJwk(crv)).key
    expect(refusalOf(() => sign(hsm, 'k', { alg, value: new Uint8Array(32) }))).toEqual(
      badParameter(
        `Key and signing algorithm are incompatible. Key ${kid} uses curve '${crv}', and algorithm '${alg}' can only be used with curve '${other}'.`,
      ),
    )
  })
})

describe('sign with HMAC', () => {
  const ALGS = ['HS256', 'HS384', 'HS512']
  const SIZES = [128, 192, 256] as const

  it.each(SIZES.flatMap((bits) => ALGS.map((alg) => [bits, alg] as const)))(
    '%i bits, %s: what node:crypto makes of the bytes given',
    (bits, alg) => {
      const { hsm } = testHsm()
      importKey(hsm, 'k', octJwk(bits), { keyOps: SIGNING })
      for (const length of [1, 32, 48, 64, 200]) {
        const bytes = randomBytes(length)
        const mac = createHmac(hashOf(alg), octBytes(bits)).update(bytes).digest()
        expect(mac.equals(sign(hsm, 'k', { alg, value: bytes }).value)).toBe(true)
      }
    },
  )

  itRefuses(
    'no bytes at all',
    (hsm) => {
      importKey(hsm, 'k', octJwk(256), { keyOps: SIGNING })
      return () => sign(hsm, 'k', { alg: 'HS256', value: new Uint8Array(0) })
    },
    badParameter("Invalid length of 'value': HS256 needs 1 byte at least."),
    { profiles: ['managed-hsm'] },
  )

  const strictly = (bits: (typeof SIZES)[number]) => {
    const { hsm } = testHsm({ strict: true })
    importKey(hsm, 'k', octJwk(bits), { keyOps: SIGNING })
    return () => sign(hsm, 'k', { alg: 'HS256', value: MESSAGE }).value
  }

  it.each([128, 192] as const)('refuses HS256 with %i bits where it is strict', (bits) => {
    expect(refusalOf(strictly(bits))).toEqual(
      worded(badParameter(`Algorithm HS256 needs a key of 256 bits, not ${bits}.`), 'managed-hsm'),
    )
  })

  it('takes HS256 with 256 bits where it is strict', () => {
    expect(strictly(256)()).toHaveLength(32)
  })
})

describe('sign answers', () => {
  it('the version, the algorithm and the signature alone', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'k', ecJwk())
    const result = sign(hsm, 'k', { alg: 'ES256', value: digestFor('ES256') })
    expect(Object.keys(result).sort()).toEqual(['alg', 'kid', 'value'])
    expect(result).toMatchObject({ kid: key.kid, alg: 'ES256' })
  })

  it('by identifier with the version that is named', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'k', rsaJwk())
    const question = { alg: 'RS256', value: digestFor('RS256') }
    const before = sign(hsm, 'k', question)
    rotateKey(hsm, 'k')
    expect(sign(hsm, key.kid, question)).toEqual(before)
    expect(sign(hsm, 'k', question)).not.toEqual(before)
  })

  it('bytes of its own, and changes nothing of what it is given', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', ecJwk())
    const value = new Uint8Array(32).fill(7)
    sign(hsm, 'k', Object.freeze({ alg: 'ES256', value })).value.fill(0)
    expect(value).toEqual(new Uint8Array(32).fill(7))
  })
})
