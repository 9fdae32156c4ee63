import { readdirSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import * as facade from '../../src/index.ts'
import {
  backupKey,
  clearRandomPool,
  createHsm,
  createKey,
  createSecurityDomain,
  decrypt,
  deleteKey,
  encrypt,
  forkHsm,
  getDeletedKey,
  getKey,
  getKeyAttestation,
  getRandomBytes,
  getRotationPolicy,
  type Hsm,
  importKey,
  importPem,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  recoverDeletedKey,
  releaseKey,
  restoreKey,
  rotateKey,
  secureUnwrapKey,
  secureWrapKey,
  sign,
  unwrapKey,
  updateKey,
  updateRotationPolicy,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { isEcPortable } from '../choose-engines.ts'
import { ecJwk, nodeKey, octJwk, rsaJwk } from '../known-keys.ts'
import { snapshot, visible } from '../snapshot.ts'
import { BASE_URL, START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32)

const PEM = nodeKey(ecJwk()).export({ type: 'pkcs8', format: 'pem' }) as string

/** A key in every state, and of every type. */
function furnish(hsm: Hsm): Hsm {
  importKey(hsm, 'rsa', rsaJwk())
  importKey(hsm, 'ec', ecJwk(), { tags: { a: 'b' } })
  rotateKey(hsm, 'ec')
  importKey(hsm, 'oct', octJwk(), {
    keyOps: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
  })
  createKey(hsm, 'disabled', { kty: 'EC', attributes: { enabled: false } })
  createKey(hsm, 'expired', { kty: 'EC', attributes: { exp: START - 1 } })
  createKey(hsm, 'full', { kty: 'EC' })
  for (let i = 0; i < 3; i++) rotateKey(hsm, 'full')
  createKey(hsm, 'deleted', { kty: 'EC' })
  deleteKey(hsm, 'deleted')
  return hsm
}

/** Holds what its keys need and no more. */
const LIMITS = { keys: 7, versions: 4 }

const FURNISHED = furnish(testHsm({ limits: LIMITS, purgeProtection: true }).hsm)

const BEFORE = snapshot(FURNISHED)

/** An object whose member cannot be read. */
const trap = (member: string, rest: object = {}): never =>
  Object.defineProperty({ ...rest }, member, {
    enumerable: true,
    get: () => {
      throw new Error(`${member} cannot be read`)
    },
  }) as never

type Calls = Readonly<Record<string, (hsm: Hsm) => unknown>>

const needsKey = (call: (hsm: Hsm, key: string) => unknown): Calls => ({
  'nobody of that name': (hsm) => call(hsm, 'nobody'),
  'no such version': (hsm) => call(hsm, 'ec/0'),
  'a deleted key': (hsm) => call(hsm, 'deleted'),
  'no name': (hsm) => call(hsm, ''),
  'a foreign identifier': (hsm) => call(hsm, 'https://other.test/keys/ec'),
})

/** Calls by operation and by what is wrong with them: each must throw. */
const THROWING: Readonly<Record<string, Calls>> = {
  createKey: {
    'a bad name': (hsm) => createKey(hsm, 'a_b', { kty: 'EC' }),
    'a bad type': (hsm) => createKey(hsm, 'ec', { kty: 'none' as never }),
    'a bad size': (hsm) => createKey(hsm, 'ec', { kty: 'RSA', keySize: 7 as number }),
    'a bad window': (hsm) => createKey(hsm, 'ec', { kty: 'EC', attributes: { nbf: 2, exp: 1 } }),
    'bad tags': (hsm) => createKey(hsm, 'ec', { kty: 'EC', tags: { a: 1 } as never }),
    'a deleted name': (hsm) => createKey(hsm, 'deleted', { kty: 'EC' }),
    'too many keys': (hsm) => createKey(hsm, 'new', { kty: 'EC' }),
    'too many versions': (hsm) => createKey(hsm, 'full', { kty: 'EC' }),
    'a type that cannot be read': (hsm) => createKey(hsm, 'ec', trap('kty')),
    'tags that cannot be read': (hsm) => createKey(hsm, 'ec', { kty: 'EC', tags: trap('a') }),
  },
  importKey: {
    'a bad name': (hsm) => importKey(hsm, 'a_b', ecJwk()),
    'a bad key': (hsm) => importKey(hsm, 'ec', { ...ecJwk(), x: ecJwk().y }),
    'bad operations': (hsm) => importKey(hsm, 'ec', ecJwk(), { keyOps: ['import'] }),
    'a deleted name': (hsm) => importKey(hsm, 'deleted', ecJwk()),
    'too many keys': (hsm) => importKey(hsm, 'new', ecJwk()),
    'too many versions': (hsm) => importKey(hsm, 'full', ecJwk()),
    'a key that cannot be read': (hsm) => importKey(hsm, 'ec', trap('d', ecJwk())),
    'tags that cannot be read': (hsm) => importKey(hsm, 'ec', ecJwk(), trap('tags')),
  },
  importPem: {
    'a bad name': (hsm) => importPem(hsm, 'a_b', PEM),
    'a bad file': (hsm) => importPem(hsm, 'ec', PEM.slice(0, 80)),
    'a bad password': (hsm) => importPem(hsm, 'ec', PEM, { password: 7 as never }),
    'a deleted name': (hsm) => importPem(hsm, 'deleted', PEM),
    'too many keys': (hsm) => importPem(hsm, 'new', PEM),
    'too many versions': (hsm) => importPem(hsm, 'full', PEM),
    'attributes that cannot be read': (hsm) => importPem(hsm, 'ec', PEM, trap('attributes')),
  },
  getKey: needsKey(getKey),
  getKeyAttestation: needsKey(getKeyAttestation),
  updateKey: {
    ...needsKey((hsm, key) => updateKey(hsm, key, { tags: {} })),
    'a bad window': (hsm) => updateKey(hsm, 'ec', { tags: {}, attributes: { nbf: 2, exp: 1 } }),
    'bad operations': (hsm) => updateKey(hsm, 'ec', { tags: {}, keyOps: ['encrypt'] }),
    'bad tags': (hsm) => updateKey(hsm, 'ec', { attributes: { exp: 7 }, tags: [] as never }),
    'another exportable': (hsm) =>
      updateKey(hsm, 'ec', { tags: {}, attributes: { exportable: true } }),
    'tags that cannot be read': (hsm) =>
      updateKey(hsm, 'ec', { attributes: { enabled: false }, tags: trap('a') }),
    'operations that cannot be read': (hsm) => updateKey(hsm, 'ec', trap('keyOps', { tags: {} })),
  },
  deleteKey: {
    ...needsKey((hsm, key) => deleteKey(hsm, key === 'ec/0' ? 'ec0' : key)),
  },
  getDeletedKey: {
    'nobody of that name': (hsm) => getDeletedKey(hsm, 'nobody'),
    'an active key': (hsm) => getDeletedKey(hsm, 'ec'),
    'a bad name': (hsm) => getDeletedKey(hsm, 'a_b'),
  },
  recoverDeletedKey: {
    'nobody of that name': (hsm) => recoverDeletedKey(hsm, 'nobody'),
    'an active key': (hsm) => recoverDeletedKey(hsm, 'ec'),
    'a bad name': (hsm) => recoverDeletedKey(hsm, 'a_b'),
  },
  purgeDeletedKey: {
    'nobody of that name': (hsm) => purgeDeletedKey(hsm, 'nobody'),
    'an active key': (hsm) => purgeDeletedKey(hsm, 'ec'),
    'a protected key': (hsm) => purgeDeletedKey(hsm, 'deleted'),
    'a bad name': (hsm) => purgeDeletedKey(hsm, 'a_b'),
  },
  rotateKey: {
    ...needsKey((hsm, key) => rotateKey(hsm, key === 'ec/0' ? 'ec0' : key)),
    'too many versions': (hsm) => rotateKey(hsm, 'full'),
  },
  getRotationPolicy: {
    ...needsKey((hsm, key) => getRotationPolicy(hsm, key === 'ec/0' ? 'ec0' : key)),
  },
  updateRotationPolicy: {
    ...needsKey((hsm, key) => updateRotationPolicy(hsm, key === 'ec/0' ? 'ec0' : key, {})),
    'a bad duration': (hsm) =>
      updateRotationPolicy(hsm, 'ec', { attributes: { expiryTime: 'P1D' } }),
    'no policy': (hsm) => updateRotationPolicy(hsm, 'ec', null as never),
    'actions that cannot be read': (hsm) =>
      updateRotationPolicy(hsm, 'ec', trap('lifetimeActions')),
  },
  listKeys: {
    'a bad length': (hsm) => listKeys(hsm, { maxResults: 0 }),
    'a bad marker': (hsm) => listKeys(hsm, { marker: '!' }),
    'a length that cannot be read': (hsm) => listKeys(hsm, trap('maxResults')),
  },
  listKeyVersions: {
    'a bad name': (hsm) => listKeyVersions(hsm, 'a_b'),
    'a bad length': (hsm) => listKeyVersions(hsm, 'ec', { maxResults: 0 }),
    'a bad marker': (hsm) => listKeyVersions(hsm, 'ec', { marker: '!' }),
    'a length that cannot be read': (hsm) => listKeyVersions(hsm, 'ec', trap('maxResults')),
  },
  listDeletedKeys: {
    'a bad length': (hsm) => listDeletedKeys(hsm, { maxResults: 0 }),
    'a bad marker': (hsm) => listDeletedKeys(hsm, { marker: '!' }),
    'a length that cannot be read': (hsm) => listDeletedKeys(hsm, trap('maxResults')),
  },
  backupKey: {
    ...needsKey((hsm, key) => backupKey(hsm, key === 'ec/0' ? 'ec0' : key)),
  },
  restoreKey: {
    'a name that is taken': (hsm) => restoreKey(hsm, backupKey(forkHsm(hsm), 'ec')),
    'a name that is deleted': (hsm) => {
      const fork = forkHsm(hsm)
      recoverDeletedKey(fork, 'deleted')
      return restoreKey(hsm, backupKey(fork, 'deleted'))
    },
    'too many keys': (hsm) => {
      const { hsm: other } = testHsm()
      createKey(other, 'new', { kty: 'EC' })
      return restoreKey(hsm, backupKey(other, 'new'))
    },
    'a foreign backup': (hsm) => {
      const other = createHsm()
      createKey(other, 'new', { kty: 'EC' })
      return restoreKey(hsm, backupKey(other, 'new'))
    },
    'a damaged backup': (hsm) => restoreKey(hsm, backupKey(forkHsm(hsm), 'ec').slice(0, -1)),
    'no backup': (hsm) => restoreKey(hsm, new Uint8Array(0)),
  },
  encrypt: {
    ...needsKey((hsm, key) => encrypt(hsm, key, { alg: 'A256GCM', value: DIGEST })),
    'another algorithm': (hsm) => encrypt(hsm, 'oct', { alg: 'A128GCM', value: DIGEST }),
    'a key that may not': (hsm) => encrypt(hsm, 'ec', { alg: 'A256GCM', value: DIGEST }),
    'no bytes': (hsm) => encrypt(hsm, 'oct', { alg: 'A256CBC', value: new Uint8Array(0) }),
    'a short iv': (hsm) => encrypt(hsm, 'oct', { alg: 'A256CBC', value: DIGEST, iv: DIGEST }),
    'too many bytes': (hsm) => encrypt(hsm, 'rsa', { alg: 'RSA-OAEP', value: new Uint8Array(300) }),
    'a value that cannot be read': (hsm) => encrypt(hsm, 'oct', trap('value', { alg: 'A256GCM' })),
  },
  decrypt: {
    ...needsKey((hsm, key) => decrypt(hsm, key, { alg: 'RSA1_5', value: DIGEST })),
    'a ciphertext that does not open': (hsm) =>
      decrypt(hsm, 'rsa', { alg: 'RSA1_5', value: new Uint8Array(256) }),
    'a tag that does not hold': (hsm) => {
      const tag = new Uint8Array(16)
      return decrypt(hsm, 'oct', { alg: 'A256GCM', value: DIGEST, iv: new Uint8Array(12), tag })
    },
    'no iv': (hsm) => decrypt(hsm, 'oct', { alg: 'A256CBC', value: DIGEST }),
  },
  wrapKey: {
    ...needsKey((hsm, key) => wrapKey(hsm, key, { alg: 'A256KW', value: DIGEST })),
    'a length that cannot be wrapped': (hsm) =>
      wrapKey(hsm, 'oct', { alg: 'A256KW', value: new Uint8Array(7) }),
    'too many bytes': (hsm) => wrapKey(hsm, 'rsa', { alg: 'RSA1_5', value: new Uint8Array(250) }),
  },
  unwrapKey: {
    ...needsKey((hsm, key) => unwrapKey(hsm, key, { alg: 'A256KW', value: DIGEST })),
    'a wrapped key that does not open': (hsm) =>
      unwrapKey(hsm, 'oct', { alg: 'A256KW', value: DIGEST }),
  },
  secureWrapKey: {
    ...needsKey((hsm, key) => secureWrapKey(hsm, key, { alg: 'A256KW' })),
    'an algorithm that only wrapKey takes': (hsm) =>
      secureWrapKey(hsm, 'oct', { alg: 'RSA-OAEP' as string }),
  },
  secureUnwrapKey: {
    ...needsKey((hsm, key) =>
      secureUnwrapKey(hsm, key, { alg: 'A256KW', value: DIGEST, target: 'a.b.c' }),
    ),
    'a key that has no release policy': (hsm) =>
      secureUnwrapKey(hsm, 'oct', { alg: 'A256KW', value: DIGEST, target: 'a.b.c' }),
  },
  sign: {
    ...needsKey((hsm, key) => sign(hsm, key, { alg: 'ES256', value: DIGEST })),
    'a disabled key': (hsm) => sign(hsm, 'disabled', { alg: 'ES256', value: DIGEST }),
    'an expired key': (hsm) => sign(hsm, 'expired', { alg: 'ES256', value: DIGEST }),
    'a digest of another length': (hsm) =>
      sign(hsm, 'ec', { alg: 'ES256', value: new Uint8Array(31) }),
  },
  verify: {
    ...needsKey((hsm, key) => verify(hsm, key, { alg: 'ES256', digest: DIGEST, value: DIGEST })),
    'no signature': (hsm) => verify(hsm, 'ec', { alg: 'ES256', digest: DIGEST } as never),
  },
  releaseKey: {
    ...needsKey((hsm, key) => releaseKey(hsm, key, { target: 'a.b.c' })),
    'a key that is not exportable': (hsm) => releaseKey(hsm, 'ec', { target: 'a.b.c' }),
  },
  getRandomBytes: {
    none: (hsm) => getRandomBytes(hsm, 0),
    'too many': (hsm) => getRandomBytes(hsm, 129),
  },
}

const OPERATIONS = readdirSync(new URL('../../src/operations', import.meta.url)).map((file) =>
  file.replace('.ts', '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
)

describe('the table of calls that throw', () => {
  it('has every operation', () => {
    expect(Object.keys(THROWING).sort()).toEqual(OPERATIONS.sort())
    for (const operation of OPERATIONS) expect(facade).toHaveProperty(operation)
  })
})

describe.each(Object.entries(THROWING))('%s that throws leaves the HSM as it was', (_, calls) => {
  it.each(Object.entries(calls))('with %s', (_title, call) => {
    const hsm = forkHsm(FURNISHED)
    expect(() => call(hsm)).toThrow()
    expect(snapshot(hsm)).toEqual(BEFORE)
  })
})

/** A call of each operation that would do, of those that read the clock or draw. */
const WORKING: Calls = {
  createKey: (hsm) => createKey(hsm, 'ec', { kty: 'EC' }),
  'createKey of oct': (hsm) => createKey(hsm, 'ec', { kty: 'oct' }),
  importKey: (hsm) => importKey(hsm, 'ec', ecJwk()),
  importPem: (hsm) => importPem(hsm, 'ec', PEM),
  getKey: (hsm) => getKey(hsm, 'ec'),
  getKeyAttestation: (hsm) => getKeyAttestation(hsm, 'ec'),
  updateKey: (hsm) => updateKey(hsm, 'ec', { tags: {} }),
  deleteKey: (hsm) => deleteKey(hsm, 'ec'),
  getDeletedKey: (hsm) => getDeletedKey(hsm, 'deleted'),
  recoverDeletedKey: (hsm) => recoverDeletedKey(hsm, 'deleted'),
  purgeDeletedKey: (hsm) => purgeDeletedKey(hsm, 'deleted'),
  rotateKey: (hsm) => rotateKey(hsm, 'ec'),
  getRotationPolicy: (hsm) => getRotationPolicy(hsm, 'ec'),
  updateRotationPolicy: (hsm) =>
    updateRotationPolicy(hsm, 'ec', { attributes: { expiryTime: 'P90D' } }),
  listKeys: (hsm) => listKeys(hsm),
  listKeyVersions: (hsm) => listKeyVersions(hsm, 'ec'),
  listDeletedKeys: (hsm) => listDeletedKeys(hsm),
  backupKey: (hsm) => backupKey(hsm, 'ec'),
  restoreKey: (hsm) => restoreKey(hsm, BACKUP),
  encrypt: (hsm) => encrypt(hsm, 'oct', { alg: 'A256GCM', value: DIGEST }),
  'encrypt with RSA': (hsm) => encrypt(hsm, 'rsa', { alg: 'RSA-OAEP', value: DIGEST }),
  decrypt: (hsm) => decrypt(hsm, 'oct', { alg: 'A256CBC', value: DIGEST, iv: new Uint8Array(16) }),
  wrapKey: (hsm) => wrapKey(hsm, 'rsa', { alg: 'RSA1_5', value: DIGEST }),
  unwrapKey: (hsm) => unwrapKey(hsm, 'oct', { alg: 'A256KW', value: WRAPPED }),
  sign: (hsm) => sign(hsm, 'ec', { alg: 'ES256', value: DIGEST }),
  'sign with RSA': (hsm) => sign(hsm, 'rsa', { alg: 'PS256', value: DIGEST }),
  verify: (hsm) => verify(hsm, 'ec', { alg: 'ES256', digest: DIGEST, value: DIGEST }),
  getRandomBytes: (hsm) => getRandomBytes(hsm, 16),
}

const securityDomain = createSecurityDomain()

const BACKUP = (() => {
  const hsm = createHsm({ securityDomain })
  createKey(hsm, 'new', { kty: 'EC' })
  return backupKey(hsm, 'new')
})()

const WRAPPED = (() => {
  const { hsm } = testHsm()
  importKey(hsm, 'oct', octJwk())
  return wrapKey(hsm, 'oct', { alg: 'A256KW', value: DIGEST }).value
})()

/** The call, again and again, with one more thing going well each time, until all of it does. */
function failedAttempts(hsm: Hsm, call: (hsm: Hsm) => unknown, arm: (attempts: number) => void) {
  const before = visible(hsm)
  for (let attempts = 0; attempts < 100; attempts++) {
    arm(attempts)
    try {
      call(hsm)
      return attempts
    } catch {
      arm(Number.POSITIVE_INFINITY)
      expect(visible(hsm)).toEqual(before)
    }
  }
  throw new Error('The call never worked.')
}

describe('a clock that breaks', () => {
  const TIMELESS = ['getRandomBytes']
  let broken = Number.NaN
  let readings = Number.POSITIVE_INFINITY
  const clock = () => (readings-- > 0 ? START * 1000 : broken)
  const hsm = furnish(createHsm({ baseUrl: BASE_URL, clock, securityDomain }))

  it.each(Object.entries(WORKING))(
    'at any reading leaves the HSM as it was: %s',
    (operation, call) => {
      for (const answer of [Number.NaN, -1, undefined as never]) {
        broken = answer
        const failures = failedAttempts(forkHsm(hsm), call, (attempts) => {
          readings = attempts
        })
        readings = Number.POSITIVE_INFINITY
        expect(failures > 0).toBe(!TIMELESS.includes(operation))
      }
    },
  )
})

describe('a generator that breaks', () => {
  const clock = () => START * 1000
  const prepared = furnish(createHsm({ baseUrl: BASE_URL, clock, securityDomain }))

  /** Operations that draw. To restore a key, noble draws as well, to blind the multiplication of a point. */
  const DRAWING = [
    'createKey',
    'createKey of oct',
    'importKey',
    'importPem',
    'getKeyAttestation',
    'rotateKey',
    'backupKey',
    ...(isEcPortable ? ['restoreKey'] : []),
    'encrypt',
    'encrypt with RSA',
    'wrapKey',
    'sign',
    'sign with RSA',
    'getRandomBytes',
  ]

  it.each(Object.entries(WORKING))(
    'at any draw leaves the HSM as it was: %s',
    (operation, call) => {
      const hsm = forkHsm(prepared)
      const working = crypto.getRandomValues.bind(crypto)
      let draws = Number.POSITIVE_INFINITY
      const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
        if (draws-- <= 0) throw new Error('The generator is out of order.')
        return working(bytes)
      })
      try {
        // The key that signs attestations draws hundreds of times: the first ones tell.
        const failures = failedAttempts(hsm, call, (attempts) => {
          clearRandomPool()
          draws = attempts > 20 ? Number.POSITIVE_INFINITY : attempts
        })
        expect(failures > 0).toBe(DRAWING.includes(operation))
      } finally {
        spy.mockRestore()
      }
    },
  )
})
