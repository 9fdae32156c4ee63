import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey as NodeJwk,
  privateDecrypt,
  verify as verifySignature,
  X509Certificate,
} from 'node:crypto'
import type { JsonWebKey } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  type Hsm,
  importKey,
  type KeyType,
  type ProfileName,
  releaseKey,
  rotateKey,
  sign,
  updateKey,
} from '../../src/index.ts'
import { CURVES, ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, errorOf, forbidden, itRefuses, keyNotFound } from '../refusal.ts'
import {
  authority,
  documentOf,
  EXPORTABLE,
  enclave,
  ISSUER,
  policyOf,
  RELEASING,
  releasingHsm,
  target,
} from '../releases.ts'
import { snapshot } from '../snapshot.ts'
import { BASE_URL, DAY, START, testHsm } from '../test-hsm.ts'
import { wrongType } from '../wrong-type.ts'

/** A release as it lies in its JWS. */
interface Released {
  readonly header: {
    readonly alg: string
    readonly kid: string
    readonly x5c: readonly string[]
  } & {
    readonly [member: string]: unknown
  }
  readonly payload: {
    readonly request: Readonly<Record<string, string>>
    readonly response: {
      readonly key: {
        readonly key: Readonly<Record<string, string>>
        readonly attributes: object
        readonly release_policy: object
      }
    }
  }
}

const fromJson = (part: string | undefined): never =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as never

function read(jws: string): Released {
  const [header, payload] = jws.split('.')
  return { header: fromJson(header), payload: fromJson(payload) }
}

const keyHsmOf = ({ payload }: Released): { header: Record<string, string>; ciphertext: string } =>
  fromJson(payload.response.key.key['key_hsm'])

const release = (hsm: Hsm, key: string, more: object = {}): string =>
  releaseKey(hsm, key, { target: target(), ...more }).value

/** An enclave of node's own making. By way of PEM: a fresh key object can hang where it is exported as a JWK. */
const nodeEnclave = (() => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const publicJwk = createPublicKey(publicKey).export({ format: 'jwk' }) as JsonWebKey
  return { privateKey: createPrivateKey(privateKey), publicJwk: { ...publicJwk, kid: 'tee-1' } }
})()

const HASHES = {
  CKM_RSA_AES_KEY_WRAP: 'sha1',
  RSA_AES_KEY_WRAP_256: 'sha256',
  RSA_AES_KEY_WRAP_384: 'sha384',
} as const

/** Opens a release with node:crypto alone. */
function openByNode(jws: string, enc: keyof typeof HASHES): Buffer {
  const released = read(jws)
  const [input, signature] = [jws.slice(0, jws.lastIndexOf('.')), jws.split('.')[2] ?? '']
  const certificate = new X509Certificate(Buffer.from(released.header.x5c[0] ?? '', 'base64'))
  const bytes = Buffer.from(signature, 'base64url')
  expect(verifySignature('sha256', Buffer.from(input), certificate.publicKey, bytes)).toBe(true)
  const wrapped = Buffer.from(keyHsmOf(released).ciphertext, 'base64url')
  const aesKey = privateDecrypt(
    { key: nodeEnclave.privateKey, oaepHash: HASHES[enc] },
    wrapped.subarray(0, 256),
  )
  expect(aesKey).toHaveLength(32)
  // RFC 5649 section 3: the alternative initial value.
  const iv = Buffer.from('a65959a6', 'hex')
  const unwrap = createDecipheriv('id-aes256-wrap-pad', aesKey, iv)
  return Buffer.concat([unwrap.update(wrapped.subarray(256)), unwrap.final()])
}

describe.each(RELEASING)('releaseKey of a %s', (profile) => {
  const types: readonly (readonly [KeyType, JsonWebKey])[] = [
    ['RSA-HSM', rsaJwk()],
    ['RSA-HSM', rsaJwk(3072)],
    ...CURVES.map((crv) => ['EC-HSM', ecJwk(crv)] as const),
    ...(profile === 'managed-hsm' ? [['oct-HSM', octJwk(128)] as const] : []),
    ...(profile === 'managed-hsm' ? [['oct-HSM', octJwk(256)] as const] : []),
  ]

  it.each(types.map(([kty, jwk]) => ({ kty, crv: jwk.crv, jwk })))(
    'releases $kty $crv to the enclave, which has the key itself then',
    ({ kty, jwk }) => {
      const hsm = releasingHsm(profile)
      const { key } = importKey(hsm, 'k', { ...jwk, kty }, EXPORTABLE)
      expect(enclave.openRelease(release(hsm, 'k'))).toEqual({ ...jwk, kid: key.kid })
    },
  )

  it.each(Object.keys(HASHES) as (keyof typeof HASHES)[])(
    'wraps with %s, as node:crypto unwraps it',
    (enc) => {
      const hsm = releasingHsm(profile)
      importKey(hsm, 'k', { ...rsaJwk(), kty: 'RSA-HSM' }, EXPORTABLE)
      const value = release(hsm, 'k', {
        enc,
        target: target({ enclaveKey: nodeEnclave.publicJwk }),
      })
      const pkcs8 = openByNode(value, enc)
      const opened = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
      expect(opened.export({ format: 'jwk' })).toEqual(rsaJwk())
      expect(keyHsmOf(read(value)).header).toEqual({ alg: 'dir', enc, kid: 'tee-1' })
    },
  )

  it('wraps with CKM_RSA_AES_KEY_WRAP by default', () => {
    const hsm = releasingHsm(profile)
    importKey(hsm, 'k', { ...ecJwk(), kty: 'EC-HSM' }, EXPORTABLE)
    const value = release(hsm, 'k', { target: target({ enclaveKey: nodeEnclave.publicJwk }) })
    const pkcs8 = openByNode(value, 'CKM_RSA_AES_KEY_WRAP')
    const opened = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    expect((opened.export({ format: 'jwk' }) as NodeJwk).d).toBe(ecJwk().d)
  })

  it('signs under three certificates, each issued by the next', () => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const { header } = read(release(hsm, 'k'))
    const [own, issuer, root] = header.x5c.map(
      (der) => new X509Certificate(Buffer.from(der, 'base64')),
    )
    expect(header.x5c).toHaveLength(3)
    if (own === undefined || issuer === undefined || root === undefined) throw new Error('no chain')
    expect([own.subject, own.ca, issuer.ca, root.ca]).toEqual(['CN=pocket.test', false, true, true])
    expect([own.checkIssued(issuer), own.verify(issuer.publicKey)]).toEqual([true, true])
    expect([issuer.checkIssued(root), issuer.verify(root.publicKey)]).toEqual([true, true])
    expect([root.checkIssued(root), root.verify(root.publicKey)]).toEqual([true, true])
    expect(new Set([own, issuer, root].map(({ serialNumber }) => serialNumber)).size).toBe(3)
    const sha256 = createHash('sha256').update(own.raw).digest('base64url')
    expect(header['x5t#S256']).toBe(sha256)
  })

  it('repeats what was asked for, as it was asked for', () => {
    const hsm = releasingHsm(profile)
    const { key } = createKey(hsm, 'Orders', { kty: 'EC-HSM', ...EXPORTABLE })
    const requestOf = (reference: string, more: object = {}) =>
      read(release(hsm, reference, more)).payload.request
    const request = { 'api-version': '2025-07-01', enc: 'CKM_RSA_AES_KEY_WRAP' }
    expect(requestOf('orders')).toEqual({ ...request, kid: `${BASE_URL}/keys/orders` })
    expect(requestOf(key.kid)).toEqual({ ...request, kid: key.kid })
    expect(requestOf(key.kid, { nonce: null, apiVersion: null })).toEqual({
      ...request,
      kid: key.kid,
    })
    expect(
      requestOf('Orders', { enc: 'RSA_AES_KEY_WRAP_384', nonce: 'n-1', apiVersion: '7.3' }),
    ).toEqual({
      'api-version': '7.3',
      enc: 'RSA_AES_KEY_WRAP_384',
      kid: `${BASE_URL}/keys/Orders`,
      nonce: 'n-1',
    })
  })

  it('releases the version that was asked for', () => {
    const hsm = releasingHsm(profile)
    const before = createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const after = rotateKey(hsm, 'k')
    expect(enclave.openRelease(release(hsm, before.key.kid)).x).toBe(before.key.x)
    expect(enclave.openRelease(release(hsm, 'k')).x).toBe(after.key.x)
  })

  it('never wraps with the same bytes twice', () => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const ciphertexts = [1, 2, 3].map(() => keyHsmOf(read(release(hsm, 'k'))).ciphertext)
    expect(new Set(ciphertexts).size).toBe(3)
  })

  it('releases the same bytes from the same seed, after the same calls', () => {
    const [one, other] = [releasingHsm(profile), releasingHsm(profile)]
    for (const hsm of [one, other]) createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const token = target()
    expect(release(one, 'k', { target: token })).toBe(release(other, 'k', { target: token }))
  })

  it('needs no permission in key_ops', () => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', keyOps: ['verify'], ...EXPORTABLE })
    expect(() => release(hsm, 'k')).not.toThrow()
  })

  it.each([
    ['before its nbf', { nbf: START + 1 }],
    ['from its exp on', { exp: START }],
  ])('releases a key %s', (_, window) => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', {
      kty: 'EC-HSM',
      ...EXPORTABLE,
      attributes: { exportable: true, ...window },
    })
    expect(() => release(hsm, 'k')).not.toThrow()
    expect(errorOf(() => sign(hsm, 'k', { alg: 'ES256', value: new Uint8Array(32) })).status).toBe(
      403,
    )
  })

  it('takes the policy as it stands now', () => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    updateKey(hsm, 'k', { releasePolicy: policyOf({ claim: 'debuggable', equals: true }) })
    expect(errorOf(() => release(hsm, 'k')).status).toBe(403)
    updateKey(hsm, 'k', { releasePolicy: policyOf({ claim: 'debuggable', equals: 'false' }) })
    expect(() => release(hsm, 'k')).not.toThrow()
  })
})

describe('what is signed', () => {
  const bundleOf = (profile: ProfileName) => {
    const hsm = releasingHsm(profile)
    const jwk = { ...ecJwk(), kty: 'EC-HSM' }
    const tags = { team: 'shop' }
    const bundle = importKey(hsm, 'k', jwk, { ...EXPORTABLE, tags, keyOps: ['sign'] })
    return { bundle, released: read(release(hsm, 'k')) }
  }
  const data = Buffer.from(EXPORTABLE.releasePolicy?.data ?? []).toString('base64url')

  it('by a vault: -HSM stays, the policy is without content type, the header names SHA-1', () => {
    const { bundle, released } = bundleOf('vault-premium')
    const { key_hsm, ...key } = released.payload.response.key.key
    expect(Object.keys(released.payload)).toEqual(['request', 'response'])
    expect(released.payload.response).toEqual({
      key: {
        key: { ...key, key_hsm },
        attributes: bundle.attributes,
        release_policy: { data, immutable: false },
      },
    })
    expect(key).toEqual(bundle.key)
    expect(key['kty']).toBe('EC-HSM')
    const { x5c, ...header } = released.header
    const own = Buffer.from(x5c[0] ?? '', 'base64')
    const sha1 = createHash('sha1').update(own)
    expect(header).toEqual({
      alg: 'RS256',
      kid: sha1.copy().digest('hex').toUpperCase(),
      x5t: sha1.digest('base64url'),
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(own).digest('base64url'),
    })
  })

  it('by a Managed HSM: -HSM goes, the content type stays, the header names SHA-256', () => {
    const { bundle, released } = bundleOf('managed-hsm')
    const { key_hsm, ...key } = released.payload.response.key.key
    expect(released.payload.response).toEqual({
      key: {
        key: { ...key, key_hsm },
        attributes: bundle.attributes,
        release_policy: { contentType: 'application/json; charset=utf-8', data, immutable: false },
      },
    })
    expect(key).toEqual({ ...bundle.key, kty: 'EC' })
    const { x5c, ...header } = released.header
    const own = Buffer.from(x5c[0] ?? '', 'base64')
    const sha256 = createHash('sha256').update(own).digest('base64url')
    expect(header).toEqual({ alg: 'RS256', kid: sha256, 'x5t#S256': sha256 })
  })

  it.each([
    ['vault-premium', ['schema_version', 'header', 'ciphertext'], ['kid', 'alg', 'enc']],
    ['managed-hsm', ['ciphertext', 'header', 'schema_version'], ['alg', 'enc', 'kid']],
  ] satisfies [ProfileName, string[], string[]][])(
    'holds the wrapped key in the order of a %s',
    (profile, members, headerMembers) => {
      const keyHsm = keyHsmOf(bundleOf(profile).released)
      expect(keyHsm).toMatchObject({
        schema_version: '1.0',
        header: { alg: 'dir', enc: 'CKM_RSA_AES_KEY_WRAP', kid: enclave.publicJwk.kid },
      })
      expect(Object.keys(keyHsm)).toEqual(members)
      expect(Object.keys(keyHsm.header)).toEqual(headerMembers)
    },
  )
})

describe('the attributes of a released key', () => {
  const released = (profile: ProfileName, apiVersion?: string) => {
    const hsm = releasingHsm(profile)
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    return Object.keys(read(release(hsm, 'k', { apiVersion })).payload.response.key.attributes)
  }
  const BEFORE_7_5 = [
    'enabled',
    'created',
    'updated',
    'recoveryLevel',
    'recoverableDays',
    'exportable',
  ]

  it('are in the order of a vault', () => {
    expect(released('vault-premium')).toEqual([...BEFORE_7_5, 'hsmPlatform'])
  })

  it.each(['7.3-preview', '7.3', '7.4-preview.1', '7.4', '7.5-preview.1'])(
    'have no hsmPlatform by %s',
    (apiVersion) => {
      expect(released('vault-premium', apiVersion)).toEqual(BEFORE_7_5)
      expect(released('managed-hsm', apiVersion)).toEqual([...BEFORE_7_5].sort())
    },
  )

  it.each(['7.5', '7.6-preview.1', '2025-07-01', '2026-01-01-preview'])(
    'have it by %s',
    (apiVersion) => {
      expect(released('managed-hsm', apiVersion)).toContain('hsmPlatform')
    },
  )
})

describe('what an HSM signs with', () => {
  const certificatesOf = (hsm: Hsm) => {
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    return read(release(hsm, 'k')).header.x5c
  }

  it('is one for it and its forks, in any order of calls', () => {
    const hsm = createHsm({ attestationKeys: authority.attestationKeys, clock: () => START * 1000 })
    const [one, other] = [forkHsm(hsm), forkHsm(hsm)]
    const certificates = certificatesOf(one)
    expect(certificatesOf(other)).toEqual(certificates)
    expect(certificatesOf(hsm)).toEqual(certificates)
    expect(certificatesOf(releasingHsm())).not.toEqual(certificates)
  })

  it('comes from the seed, where there is one', () => {
    expect(certificatesOf(releasingHsm())).toEqual(
      certificatesOf(
        createHsm({
          baseUrl: BASE_URL,
          seed: 'release 14',
          clock: () => START * 1000,
          attestationKeys: authority.attestationKeys,
        }),
      ),
    )
  })
})

/** Only where keys are released, with an authority that is trusted. */
const TRIAL = { profiles: RELEASING, attestationKeys: authority.attestationKeys }

const NOT_VERIFIED = forbidden(
  'Target environment attestation statement cannot be verified.',
  'AccessDenied',
)

const NOT_MET = forbidden(
  'Target environment attestation does not meet key release policy requirements.',
  'AccessDenied',
)

/** A releasable key, and a call that would release it but for what is changed. */
const asked =
  (parameters: () => object, conditions: object = { claim: 'debuggable', equals: false }) =>
  (hsm: Hsm) => {
    const releasePolicy = policyOf(conditions)
    createKey(hsm, 'k', { kty: 'EC-HSM', attributes: { exportable: true }, releasePolicy })
    return () => releaseKey(hsm, 'k', { target: target(), ...parameters() } as never)
  }

describe('releaseKey refuses, by the key,', () => {
  itRefuses('a name that nobody has', (hsm) => () => release(hsm, 'x'), keyNotFound('x'), TRIAL)
  itRefuses(
    'a version that nobody has',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
      return () => release(hsm, `k/${'f'.repeat(32)}`)
    },
    keyNotFound(`k/${'f'.repeat(32)}`),
    TRIAL,
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
      deleteKey(hsm, 'k')
      return () => release(hsm, 'k')
    },
    keyNotFound('k'),
    TRIAL,
  )
  itRefuses(
    'a disabled key',
    (hsm) => {
      createKey(hsm, 'k', {
        kty: 'EC-HSM',
        ...EXPORTABLE,
        attributes: { exportable: true, enabled: false },
      })
      return () => release(hsm, 'k')
    },
    forbidden('Operation release is not allowed on a disabled key.', 'KeyDisabled'),
    TRIAL,
  )
  itRefuses(
    'a disabled key outside its window',
    (hsm) => {
      createKey(hsm, 'k', {
        kty: 'EC-HSM',
        ...EXPORTABLE,
        attributes: { exportable: true, enabled: false, exp: START },
      })
      return () => release(hsm, 'k')
    },
    forbidden('Operation release is not allowed on a disabled key.', 'KeyDisabled'),
    TRIAL,
  )
  itRefuses(
    'a key that is not exportable',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      return () => release(hsm, 'k')
    },
    forbidden('Operation release is not allowed on a non-exportable key.'),
  )
  itRefuses(
    'a key that is not exportable, whatever the token',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      return () => releaseKey(hsm, 'k', { target: 'not a token' })
    },
    forbidden('Operation release is not allowed on a non-exportable key.'),
  )
})

describe('releaseKey refuses, by its parameters,', () => {
  const malformed = (problem: string) =>
    badParameter(`The target is not an attestation token: ${problem}.`)
  const noJws = malformed('it is not a JWS in compact form')

  itRefuses(
    'no parameters',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
      return () => releaseKey(hsm, 'k', undefined as never)
    },
    badParameter('The options of releaseKey must be an object, not undefined.'),
    TRIAL,
  )
  itRefuses(
    'a text for parameters',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
      return () => releaseKey(hsm, 'k', target() as never)
    },
    badParameter('The options of releaseKey must be an object, not a string.'),
    TRIAL,
  )
  itRefuses(
    'an enc in a list',
    asked(() => ({ enc: ['CKM_RSA_AES_KEY_WRAP'] })),
    badParameter('The option "enc" of releaseKey must be a string, not an array.'),
    TRIAL,
  )
  itRefuses(
    'an enc that nobody knows',
    asked(() => ({ enc: 'RSA-OAEP' })),
    badParameter('Invalid enc value: RSA-OAEP'),
    TRIAL,
  )
  itRefuses(
    'an enc that every object has',
    asked(() => ({ enc: 'constructor' })),
    badParameter('Invalid enc value: constructor'),
    TRIAL,
  )
  itRefuses(
    'a nonce that is no text',
    asked(() => ({ nonce: 1 })),
    badParameter('The option "nonce" of releaseKey must be a string, not a number.'),
    TRIAL,
  )
  it.each([
    ['empty', ''],
    ['of two parts', 'e30.e30'],
    ['of four parts', `${target()}.e30`],
    ['padded', target().replace('.', '=.')],
    ['of base64, not base64url', `${target().split('.')[0]}.e30+.AA`],
    ['with unused bits set', `e31.e30.AA`],
    ['with a line break', `${target()}\n`],
    ['with a header that is not JSON', 'AAAA.e30.AAAA'],
    ['with a header that is a list', 'W10.e30.AAAA'],
    ['with a header without alg', 'e30.e30.AAAA'],
    ['with a payload that is text', `${target().split('.')[0]}.ImEi.AAAA`],
    ['of 65,537 characters', target().padEnd(65_537, 'A')],
  ])('a target that is %s', (_, token) => {
    const hsm = releasingHsm('vault-premium')
    const call = asked(() => ({ target: token }))(hsm)
    const before = snapshot(hsm)
    expect(errorOf(call)).toMatchObject({ ...noJws })
    expect(snapshot(hsm)).toEqual(before)
  })

  it.each([
    [undefined, 'The option "target" of releaseKey is missing.'],
    [new Uint8Array(8), 'The option "target" of releaseKey must be a string, not a Uint8Array.'],
  ])('a target that is %o', (token, message) => {
    const hsm = releasingHsm('vault-premium')
    const call = asked(() => ({ target: token }))(hsm)
    const before = snapshot(hsm)
    expect(errorOf(call).message).toBe(message)
    expect(snapshot(hsm)).toEqual(before)
  })

  const enclaveKeyOf = (changes: object) => ({
    claims: { 'x-ms-runtime': { keys: [{ ...enclave.publicJwk, use: 'enc', ...changes }] } },
  })
  const noKey = malformed('x-ms-runtime.keys has no RSA key for encryption')
  const wrongKey = malformed('the key for encryption is no RSA key of 2048 to 4096 bits')

  it.each([
    ['without iss', { claims: { iss: undefined } }, malformed('iss is missing')],
    ['with an empty iss', { claims: { iss: '' } }, malformed('iss is missing')],
    ['whose iss is a list', { claims: { iss: [ISSUER] } }, malformed('iss is missing')],
    ['whose exp is text', { claims: { exp: '1' } }, malformed('exp is not a number')],
    ['whose nbf is null', { claims: { nbf: null } }, malformed('nbf is not a number')],
    ['without x-ms-runtime', { claims: { 'x-ms-runtime': undefined } }, noKey],
    ['whose x-ms-runtime is text', { claims: { 'x-ms-runtime': 'keys' } }, noKey],
    ['without keys', { claims: { 'x-ms-runtime': {} } }, noKey],
    ['whose keys are no list', { claims: { 'x-ms-runtime': { keys: {} } } }, noKey],
    ['whose keys are none', { claims: { 'x-ms-runtime': { keys: [null, 'a', []] } } }, noKey],
    ['with a key for signatures alone', enclaveKeyOf({ use: 'sig' }), noKey],
    ['with an EC key alone', enclaveKeyOf({ ...ecJwk(), use: 'enc' }), noKey],
    [
      'with a key without kid',
      enclaveKeyOf({ kid: undefined }),
      malformed('the key for encryption has no kid'),
    ],
    [
      'with a key whose kid is empty',
      enclaveKeyOf({ kid: '' }),
      malformed('the key for encryption has no kid'),
    ],
    ['with a key without n', enclaveKeyOf({ n: undefined }), wrongKey],
    ['with a key whose n is a number', enclaveKeyOf({ n: 1 }), wrongKey],
    [
      'with a key of 1024 bits',
      enclaveKeyOf({ n: Buffer.alloc(128, 0xff).toString('base64url') }),
      wrongKey,
    ],
    [
      'with a key of 8192 bits',
      enclaveKeyOf({ n: Buffer.alloc(1024, 0xff).toString('base64url') }),
      wrongKey,
    ],
    ['with a key whose e is even', enclaveKeyOf({ e: 'Ag' }), wrongKey],
  ])('a token %s', (_, changes, refusal) => {
    const hsm = releasingHsm('vault-premium')
    const call = asked(() => ({ target: target(changes) }))(hsm)
    const before = snapshot(hsm)
    expect(errorOf(call)).toMatchObject({ ...refusal })
    expect(snapshot(hsm)).toEqual(before)
  })

  itRefuses(
    'a token without iss',
    asked(() => ({ target: target({ claims: { iss: undefined } }) })),
    malformed('iss is missing'),
    TRIAL,
  )

  it.each([[{ use: 'enc' }], [{ key_use: 'enc' }], [{ key_ops: ['wrapKey', 'encrypt'] }]])(
    'and takes the first RSA key that says %j, past all others',
    (purpose) => {
      const hsm = releasingHsm()
      const { kty, n, e } = enclave.publicJwk
      const keys = [
        null,
        { ...ecJwk(), kid: 'ec', use: 'enc' },
        { kty, n: rsaJwk().n, e, kid: 'other', use: 'sig', key_ops: ['verify'] },
        { kty, n, e, kid: 'mine', ...purpose },
        { kty, n: rsaJwk().n, e, kid: 'too late', use: 'enc' },
      ]
      const token = target({ claims: { 'x-ms-runtime': { keys } } })
      createKey(hsm, 'k', { kty: 'oct-HSM', ...EXPORTABLE })
      const { value } = releaseKey(hsm, 'k', { target: token })
      expect(keyHsmOf(read(value)).header['kid']).toBe('mine')
      expect(enclave.openRelease(value).kty).toBe('oct')
    },
  )
})

describe('releaseKey refuses, by who vouches,', () => {
  it.each(['https://attest.test', {}, [], true])('to trust %j, when the HSM is made', (keys) => {
    const refused = errorOf(() => createHsm({ attestationKeys: keys as never }))
    expect([refused.status, refused.message]).toEqual([
      400,
      wrongType('createHsm', 'attestationKeys', 'a function', keys),
    ])
  })

  itRefuses(
    'every token where nobody is trusted',
    asked(() => ({})),
    NOT_VERIFIED,
    { profiles: RELEASING },
  )
  itRefuses(
    'a token of another authority',
    asked(() => ({ target: target({ claims: { iss: 'https://other.test' } }) })),
    NOT_VERIFIED,
    TRIAL,
  )
  itRefuses(
    'a token that says more than was signed',
    asked(() => {
      const [header, , signature] = target().split('.')
      const [, claims] = target({ claims: { admin: true } }).split('.')
      return { target: [header, claims, signature].join('.') }
    }),
    NOT_VERIFIED,
    TRIAL,
  )
  itRefuses(
    'a token that has expired this second',
    asked(() => ({ target: target({ expiresIn: 0 }) })),
    NOT_VERIFIED,
    TRIAL,
  )
  itRefuses(
    'a token that is valid from the next second on',
    asked(() => ({ target: target({ notBefore: START + 1 }) })),
    NOT_VERIFIED,
    TRIAL,
  )
  itRefuses(
    'a token with another nonce',
    asked(() => ({ target: target({ nonce: 'one' }), nonce: 'other' })),
    NOT_VERIFIED,
    TRIAL,
  )
  itRefuses(
    'a token whose claims do not meet the policy',
    asked(() => ({ target: target({ claims: { debuggable: true } }) })),
    NOT_MET,
    TRIAL,
  )
  itRefuses(
    'a token without the claim that the policy names',
    asked(() => ({ target: target({ claims: { debuggable: undefined } }) })),
    NOT_MET,
    TRIAL,
  )
  itRefuses(
    'a trusted authority that the policy does not name',
    asked(() => ({}), documentOf({ claim: 'debuggable', equals: false }, 'https://other.test')),
    NOT_MET,
    TRIAL,
  )

  it.each([
    [
      'another authority',
      () => target({ claims: { iss: 'https://o.test' } }),
      'there are no attestationKeys for https://o.test',
    ],
    [
      'a changed signature',
      () => target().replace(/.{8}$/, 'AAAAAAAA'),
      `no key of ${ISSUER} made its signature`,
    ],
    ['its end', () => target({ expiresIn: -1 }), 'it has expired'],
    ['the lack of an end', () => target({ claims: { exp: undefined } }), 'it has no exp'],
    ['its beginning', () => target({ notBefore: START + 60 }), 'it is not yet valid'],
    ['its nonce', () => target({ nonce: 'one' }), 'its nonce is another one'],
  ])('and says in the cause that it was %s', (_, token, reason) => {
    const call = asked(() => ({ target: token(), nonce: 'other' }))(releasingHsm())
    expect(errorOf(call).cause).toMatchObject({ message: `The token was not accepted: ${reason}.` })
  })

  it.each([
    ['whose authority ends with a slash here and not there', { claims: { iss: `${ISSUER}/` } }],
    ['until its last second', { expiresIn: 1 }],
    ['from its first second on', { notBefore: START }],
    ['without nbf', { claims: { nbf: undefined, iat: undefined } }],
    ['with the same nonce', { nonce: 'n' }],
  ])('but takes one %s', (_, changes) => {
    const call = asked(() => ({ target: target(changes), nonce: 'n' }))(releasingHsm())
    expect(call).not.toThrow()
  })

  it('but takes a token with a nonce where none was given', () => {
    expect(asked(() => ({ target: target({ nonce: 'n' }) }))(releasingHsm())).not.toThrow()
  })

  it("a token by the HSM's own clock", () => {
    const { hsm, clock } = testHsm({ attestationKeys: authority.attestationKeys })
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const token = target({ expiresIn: DAY })
    clock.seconds = START + DAY
    expect(errorOf(() => releaseKey(hsm, 'k', { target: token })).status).toBe(403)
    clock.seconds = START - 1
    expect(errorOf(() => releaseKey(hsm, 'k', { target: token })).status).toBe(403)
  })
})

describe('a released key', () => {
  it('stays in the HSM as it was', () => {
    const hsm = releasingHsm()
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const before = getKey(hsm, 'k')
    release(hsm, 'k')
    expect(getKey(hsm, 'k')).toEqual(before)
  })

  it('signs outside as it does inside', () => {
    const hsm = releasingHsm()
    const { key } = createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
    const opened = enclave.openRelease(release(hsm, 'k'))
    const outside = createPrivateKey({ format: 'jwk', key: opened as NodeJwk })
    const message = Buffer.from('order 1')
    const digest = createHash('sha256').update(message).digest()
    const { value } = sign(hsm, 'k', { alg: 'ES256', value: digest })
    const dsaEncoding = 'ieee-p1363' as const
    const publicKey = { key: createPublicKey(outside), dsaEncoding }
    expect(verifySignature('sha256', message, publicKey, value)).toBe(true)
    expect(opened.x).toBe(key.x)
  })
})
