/** ML-DSA through the facade: everything that a key of another type can do, and what only this one takes. */

import { createHash } from 'node:crypto'
import {
  createHmacDrbg,
  exportJwk,
  exportPem,
  importJwk,
  makeMlDsaKey,
  mlDsaVerify,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  createTransferBlob,
  decrypt,
  deleteKey,
  exportFullBackup,
  exportState,
  forkHsm,
  getKey,
  getKeyAttestation,
  type Hsm,
  importFullBackup,
  importKey,
  importPem,
  importState,
  purgeDeletedKey,
  readAudit,
  releaseKey,
  restoreKey,
  rotateKey,
  sign,
  verify,
  viewHsm,
  wrapKey,
} from '../../src/index.ts'
import { badParameter, itRefuses, keyTypeNotSupported, unsupportedOperations } from '../refusal.ts'
import { EXPORTABLE, enclave, releasingHsm, target } from '../releases.ts'
import { testHsm } from '../test-hsm.ts'

const ALGS = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const
const MANAGED = { profiles: ['managed-hsm'] } as const
const value = utf8ToBytes('firmware 1.2')
const context = utf8ToBytes('firmware')
const SEED = new Uint8Array(32).fill(9)
const JWK = exportJwk(makeMlDsaKey('ML-DSA-44', SEED))

/** An HSM with one ML-DSA key, and a signature of it. */
function signing(alg: (typeof ALGS)[number] = 'ML-DSA-44') {
  const { hsm } = testHsm()
  createKey(hsm, 'firmware', { kty: 'AKP', alg })
  return { hsm, signature: sign(hsm, 'firmware', { alg, value }).value }
}

/** Whether an HSM has the key that made a signature, and can sign with it. */
function hasKey(hsm: Hsm, signature: Uint8Array): boolean {
  const alg = 'ML-DSA-44'
  const another = sign(hsm, 'firmware', { alg, value }).value
  return [signature, another].every((each) =>
    verify(hsm, 'firmware', { alg, digest: value, value: each }),
  )
}

describe('an ML-DSA key', () => {
  it.each([
    ['ML-DSA-44', 1312, 2420],
    ['ML-DSA-65', 1952, 3309],
    ['ML-DSA-87', 2592, 4627],
  ] as const)('of %s has a public key of %i bytes and signatures of %i', (alg, pub, length) => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'firmware', { kty: 'AKP', alg })
    expect(key).toMatchObject({ kty: 'AKP-HSM', alg, key_ops: ['sign', 'verify'] })
    expect(Buffer.from(key.pub ?? '', 'base64url')).toHaveLength(pub)
    const result = sign(hsm, 'firmware', { alg, value })
    expect(result).toMatchObject({ kid: key.kid, alg })
    expect(result.value).toHaveLength(length)
    const publicKey = importJwk({ kty: 'AKP', alg, pub: key.pub })
    if (publicKey.kty !== 'AKP') return expect.unreachable('an ML-DSA key is imported')
    expect(mlDsaVerify(publicKey, value, result.value)).toBe(true)
  })

  it('has an hsmPlatform like every key of a Managed HSM', () => {
    expect(getKey(signing().hsm, 'firmware').attributes.hsmPlatform).toBe('2')
  })

  it('keeps its parameter set when it is rotated, and the old version still verifies', () => {
    const { hsm, signature } = signing('ML-DSA-65')
    const before = getKey(hsm, 'firmware').key
    const { key } = rotateKey(hsm, 'firmware')
    expect(key.alg).toBe('ML-DSA-65')
    expect(key.pub).not.toBe(before.pub)
    const question = { alg: 'ML-DSA-65', digest: value, value: signature }
    expect(verify(hsm, before.kid, question)).toBe(true)
    expect(verify(hsm, 'firmware', question)).toBe(false)
  })

  it('signs without alg, which is its own: the API allows that', () => {
    const { hsm } = signing()
    const parameters = { value } as unknown as Parameters<typeof sign>[2]
    expect(sign(hsm, 'firmware', parameters).alg).toBe('ML-DSA-44')
    expect(readAudit(hsm).entries.at(-1)).toMatchObject({ operation: 'sign', alg: 'ML-DSA-44' })
  })

  it('is attested like any other, and never printed', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'firmware', JWK)
    expect(getKeyAttestation(hsm, 'firmware').key.alg).toBe('ML-DSA-44')
    expect(JSON.stringify([getKey(hsm, 'firmware'), readAudit(hsm)])).not.toContain(JWK.priv)
  })
})

describe('a context', () => {
  it('is part of what is signed', () => {
    const { hsm } = signing()
    const made = sign(hsm, 'firmware', { alg: 'ML-DSA-44', value, context })
    const digest = { alg: 'ML-DSA-44', digest: value, value: made.value }
    expect(verify(hsm, 'firmware', { ...digest, context })).toBe(true)
    expect(verify(hsm, 'firmware', digest)).toBe(false)
  })
})

describe('an external µ', () => {
  it('gives a signature that verifies as that of µ', () => {
    const { hsm } = signing()
    const mu = new Uint8Array(64).fill(3)
    const made = sign(hsm, 'firmware', { alg: 'ML-DSA-44', value: mu, externalMu: true })
    const question = { alg: 'ML-DSA-44', digest: mu, value: made.value }
    expect(verify(hsm, 'firmware', { ...question, externalMu: true })).toBe(true)
    expect(verify(hsm, 'firmware', question)).toBe(false)
  })
})

describe('an external µ that was computed outside', () => {
  it.each([
    ['without a context', undefined],
    ['with a context', context],
  ])('gives the same as signing the message, %s', (_, given) => {
    const { hsm } = signing('ML-DSA-65')
    const pub = Buffer.from(getKey(hsm, 'firmware').key.pub ?? '', 'base64url')
    const head = Uint8Array.of(0, given?.length ?? 0)
    const mu = shake256(shake256(pub), head, given ?? new Uint8Array(0), value)
    const made = sign(hsm, 'firmware', { alg: 'ML-DSA-65', value: mu, externalMu: true })
    const question = { alg: 'ML-DSA-65', digest: value, value: made.value, context: given }
    expect(verify(hsm, 'firmware', question)).toBe(true)
  })

  const shake256 = (...parts: readonly Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
})

describe('an imported ML-DSA key', () => {
  it('comes as a JWK with its seed in priv, with or without -HSM', () => {
    const { hsm } = testHsm()
    expect(importKey(hsm, 'a', JWK).key.pub).toBe(JWK.pub)
    expect(importKey(hsm, 'b', { ...JWK, kty: 'AKP-HSM', pub: undefined }).key.pub).toBe(JWK.pub)
  })

  it('comes as PEM', () => {
    const { hsm } = testHsm()
    const pem = exportPem(makeMlDsaKey('ML-DSA-44', SEED))
    expect(importPem(hsm, 'a', pem).key).toMatchObject({ kty: 'AKP-HSM', pub: JWK.pub })
  })

  it('comes in a transfer blob', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'RSA-HSM', keyOps: ['import'] })
    const { key: kek } = getKey(hsm, 'kek')
    const blob = createTransferBlob(kek, JWK)
    const key_hsm = Buffer.from(blob).toString('base64url')
    expect(importKey(hsm, 'a', { kty: 'AKP-HSM', key_hsm }).key.pub).toBe(JWK.pub)
  })

  const { priv: _, ...publicJwk } = JWK
  itRefuses(
    'a public key alone',
    (hsm) => () => importKey(hsm, 'a', publicJwk),
    badParameter('AKP key is not valid - cannot instantiate crypto service'),
    MANAGED,
  )
  itRefuses(
    'a public key that is not that of the seed',
    (hsm) => () => importKey(hsm, 'a', { ...JWK, priv: Buffer.alloc(32).toString('base64url') }),
    badParameter('AKP key is not valid - cannot instantiate crypto service'),
    MANAGED,
  )
  itRefuses(
    'an unknown algorithm',
    (hsm) => () => importKey(hsm, 'a', { ...JWK, alg: 'ML-DSA-43' }),
    badParameter('The property "key" must be a valid JsonWebKey object.'),
    MANAGED,
  )
})

describe('an ML-DSA key is still there', () => {
  it('after a backup and a restore', () => {
    const { hsm, signature } = signing()
    rotateKey(hsm, 'firmware')
    const { kid } = getKey(hsm, 'firmware').key
    const backup = backupKey(hsm, 'firmware')
    deleteKey(hsm, 'firmware')
    purgeDeletedKey(hsm, 'firmware')
    expect(restoreKey(hsm, backup).key.kid).toBe(kid)
    expect(hasKey(hsm, signature)).toBe(false)
    expect(hasKey(hsm, sign(hsm, 'firmware', { alg: 'ML-DSA-44', value }).value)).toBe(true)
  })

  it('after a restore into another HSM of the security domain', () => {
    const securityDomain = createSecurityDomain(createHmacDrbg(utf8ToBytes('domain')))
    const [from, to] = [createHsm({ securityDomain }), createHsm({ securityDomain })]
    createKey(from, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44' })
    const { value: signature } = sign(from, 'firmware', { alg: 'ML-DSA-44', value })
    restoreKey(to, backupKey(from, 'firmware'))
    expect(hasKey(to, signature)).toBe(true)
  })

  it('in a fork, and in a view', () => {
    const { hsm, signature } = signing()
    expect(hasKey(forkHsm(hsm), signature)).toBe(true)
    expect(hasKey(viewHsm(hsm, { baseUrl: 'https://other.test' }), signature)).toBe(true)
  })

  it('in an exported state', () => {
    const { hsm, signature } = signing()
    const copy = importState(exportState(hsm), { seed: 'pocket-hsm tests' })
    expect(hasKey(copy, signature)).toBe(true)
  })

  it('in a full backup', () => {
    const { hsm, signature } = signing()
    const target = forkHsm(hsm)
    deleteKey(target, 'firmware')
    purgeDeletedKey(target, 'firmware')
    importFullBackup(target, exportFullBackup(hsm).blobs)
    expect(hasKey(target, signature)).toBe(true)
  })
})

describe('an exportable ML-DSA key', () => {
  it('is released to an enclave as PKCS#8', () => {
    const hsm = releasingHsm()
    const { key } = createKey(hsm, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44', ...EXPORTABLE })
    const released = enclave.openRelease(releaseKey(hsm, 'firmware', { target: target() }).value)
    expect(released).toMatchObject({ kty: 'AKP', alg: 'ML-DSA-44', pub: key.pub })
    expect(released.priv).toHaveLength(43)
  })
})

describe('createKey', () => {
  it('does not look at alg for a key of another type, nor at a size for this one', () => {
    const { hsm } = testHsm()
    const ec = createKey(hsm, 'ec', { kty: 'EC', alg: 'ML-DSA-44' }).key
    expect([ec.kty, ec.alg]).toEqual(['EC-HSM', undefined])
    const { key } = createKey(hsm, 'a', {
      kty: 'AKP',
      alg: 'ML-DSA-44',
      keySize: 5 as number,
      crv: 'P-1' as string,
    })
    expect(key.alg).toBe('ML-DSA-44')
  })

  const create = (parameters: object) => (hsm: Hsm) => () =>
    createKey(hsm, 'a', { kty: 'AKP-HSM', ...parameters })

  itRefuses(
    'an ML-DSA key without alg',
    create({}),
    badParameter(
      'Invalid alg value for a key of type AKP: undefined. It must be ML-DSA-44, ML-DSA-65, ML-DSA-87.',
    ),
    MANAGED,
  )
  itRefuses(
    'an unknown alg',
    create({ alg: 'ml-dsa-44' }),
    badParameter(
      'Invalid alg value for a key of type AKP: ml-dsa-44. It must be ML-DSA-44, ML-DSA-65, ML-DSA-87.',
    ),
    MANAGED,
  )
  itRefuses(
    'operations that ML-DSA does not have',
    create({ alg: 'ML-DSA-44', keyOps: ['sign', 'wrapKey'] }),
    unsupportedOperations(['wrapKey'], ['sign', 'verify']),
    MANAGED,
  )
  itRefuses('a vault an ML-DSA key', create({ alg: 'ML-DSA-44' }), keyTypeNotSupported('AKP-HSM'), {
    profiles: ['vault-premium', 'vault-standard'],
  })
  itRefuses(
    'a vault an imported ML-DSA key',
    (hsm) => () => importKey(hsm, 'a', JWK),
    keyTypeNotSupported('AKP'),
    {
      profiles: ['vault-premium', 'vault-standard'],
    },
  )
})

describe('sign and verify', () => {
  const given = (hsm: Hsm) => {
    createKey(hsm, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44' })
    createKey(hsm, 'ec', { kty: 'EC' })
  }
  const CASES: readonly (readonly [string, string, object, string])[] = [
    [
      'another parameter set than the key’s',
      'firmware',
      { alg: 'ML-DSA-65' },
      'Algorithm ML-DSA-65 cannot be used with a key of algorithm ML-DSA-44.',
    ],
    [
      'an algorithm of another type of key',
      'firmware',
      { alg: 'ES256' },
      'Algorithm ES256 cannot be used with a key of type AKP-HSM.',
    ],
    [
      'ML-DSA with a key of another type',
      'ec',
      { alg: 'ML-DSA-44' },
      'Algorithm ML-DSA-44 cannot be used with a key of type EC-HSM.',
    ],
    [
      'a context of 256 bytes',
      'firmware',
      { context: new Uint8Array(256) },
      "Invalid length of 'context': 256 bytes. ML-DSA-44 takes 255 bytes at most.",
    ],
    [
      'µ of 63 bytes',
      'firmware',
      { value: new Uint8Array(63), digest: new Uint8Array(63), externalMu: true },
      "Invalid length of 'external_mu': 63 bytes. ML-DSA-44 requires 64 bytes, encoded with base64url.",
    ],
    [
      'µ with a context',
      'firmware',
      { value: new Uint8Array(64), digest: new Uint8Array(64), externalMu: true, context },
      "'external_mu' and 'context' exclude each other.",
    ],
    [
      'a context for ECDSA',
      'ec',
      { alg: 'ES256', value: new Uint8Array(32), digest: new Uint8Array(32), context },
      "Algorithm ES256 takes no 'context'.",
    ],
    [
      'µ for ECDSA',
      'ec',
      { alg: 'ES256', value: new Uint8Array(32), digest: new Uint8Array(32), externalMu: true },
      "Algorithm ES256 takes no 'external_mu'.",
    ],
  ]
  for (const [title, key, parameters, message] of CASES) {
    itRefuses(
      `${title}, to sign`,
      (hsm) => {
        given(hsm)
        const { digest: __, ...rest } = { digest: 0, ...parameters }
        return () => sign(hsm, key, { alg: 'ML-DSA-44', value, ...rest })
      },
      badParameter(message),
      MANAGED,
    )
    itRefuses(
      `${title}, to verify`,
      (hsm) => {
        given(hsm)
        const question = {
          alg: 'ML-DSA-44',
          digest: value,
          ...parameters,
          value: new Uint8Array(8),
        }
        return () => verify(hsm, key, question)
      },
      badParameter(message),
      MANAGED,
    )
  }

  it.each([0, 1, 2419, 2421])('answer false for a signature of %i bytes', (length) => {
    const { hsm } = signing()
    const question = { alg: 'ML-DSA-44', digest: value, value: new Uint8Array(length) }
    expect(verify(hsm, 'firmware', question)).toBe(false)
  })

  it('take a message of no bytes', () => {
    const { hsm } = signing()
    const empty = new Uint8Array(0)
    const made = sign(hsm, 'firmware', { alg: 'ML-DSA-44', value: empty })
    expect(verify(hsm, 'firmware', { alg: 'ML-DSA-44', digest: empty, value: made.value })).toBe(
      true,
    )
  })
})

describe('encrypt and wrap', () => {
  itRefuses(
    'ML-DSA as the algorithm of a ciphertext',
    (hsm) => {
      createKey(hsm, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44', keyOps: ['sign'] })
      return () => decrypt(hsm, 'firmware', { alg: 'ML-DSA-44', value } as never)
    },
    {
      status: 403,
      code: 'Forbidden',
      innerCode: 'KeyOperationForbidden',
      message: 'Operation decrypt is not permitted on this key.',
    },
    MANAGED,
  )
  itRefuses(
    'ML-DSA as the algorithm of a wrapped key',
    (hsm) => {
      createKey(hsm, 'kek', { kty: 'oct' })
      return () => wrapKey(hsm, 'kek', { alg: 'ML-DSA-44', value } as never)
    },
    badParameter('Algorithm ML-DSA-44 cannot be used to wrapKey.'),
    MANAGED,
  )
})
