import { constants, createPrivateKey, privateDecrypt } from 'node:crypto'
import {
  createHmacDrbg,
  exportJwk,
  generateKey,
  toPublicJwk,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  createAttestationAuthority,
  createEnclaveKey,
  type Hsm,
  importKey,
  readAudit,
  rotateKey,
  secureUnwrapKey,
  secureWrapKey,
  unwrapKey,
  wrapKey,
} from '../../src/index.ts'
import { ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  errorOf,
  forbidden,
  INCORRECT,
  keyNotFound,
  OAEP_FAILURE,
  type Refusal,
  refusalOf,
  worded,
} from '../refusal.ts'
import {
  authority,
  EXPORTABLE,
  enclave,
  ISSUER,
  policyOf,
  releasingHsm,
  target,
} from '../releases.ts'
import { snapshot } from '../snapshot.ts'
import { START } from '../test-hsm.ts'

const ALG = 'A256KW'

/** An HSM with a KEK that has a release policy, and a key wrapped by it. */
function wrapped(options: object = {}) {
  const hsm = releasingHsm()
  importKey(hsm, 'kek', octJwk(), { ...EXPORTABLE, ...options })
  const { value } = secureWrapKey(hsm, 'kek', { alg: ALG })
  return { hsm, value }
}

/** A refusal that leaves the HSM as it was. */
function expectRefusal(hsm: Hsm, call: () => unknown, refusal: Refusal): void {
  const before = snapshot(hsm)
  expect(refusalOf(call)).toEqual(worded(refusal, 'managed-hsm'))
  expect(snapshot(hsm)).toEqual(before)
}

const NOT_VERIFIED = forbidden(
  'Target environment attestation statement cannot be verified.',
  'AccessDenied',
)
const NOT_RELEASABLE = forbidden(
  'Target environment attestation does not meet key release policy requirements.',
  'AccessDenied',
)

describe('secureUnwrapKey', () => {
  it('gives the key that was wrapped to the enclave alone', () => {
    const { hsm, value } = wrapped()
    const result = secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    expect(result.alg).toBe(ALG)
    expect(result.value).toHaveLength(256)
    const opened = enclave.openUnwrappedKey(result.value)
    expect(opened).toEqual(unwrapKey(hsm, 'kek', { alg: ALG, value }).value)
    const stranger = createEnclaveKey(createHmacDrbg(utf8ToBytes('test enclave 23 stranger')))
    expect(errorOf(() => stranger.openUnwrappedKey(result.value)).code).toBe('BadParameter')
  })

  it('encrypts with RSA-OAEP-256 for the key in x-ms-runtime, as node:crypto opens it', () => {
    const { hsm, value } = wrapped()
    const key = generateKey({ kty: 'RSA', bits: 2048 }, createHmacDrbg(utf8ToBytes('node 1')))
    const enclaveKey = { ...toPublicJwk(key), kid: 'node' }
    const { value: result } = secureUnwrapKey(hsm, 'kek', {
      alg: ALG,
      value,
      target: target({ enclaveKey }),
    })
    const opened = privateDecrypt(
      {
        key: createPrivateKey({ format: 'jwk', key: exportJwk(key) as never }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256',
      },
      result,
    )
    expect([...opened]).toEqual([...unwrapKey(hsm, 'kek', { alg: ALG, value }).value])
  })

  it.each([
    ['RSA-OAEP-256', rsaJwk()],
    ['A128KWPAD', octJwk(128)],
    ['CKM_AES_KEY_WRAP', octJwk(192)],
    ['CKM_AES_KEY_WRAP_PAD', octJwk(256)],
  ] as const)('round-trips with %s', (alg, jwk) => {
    const hsm = releasingHsm()
    importKey(hsm, 'kek', jwk, EXPORTABLE)
    const { value } = secureWrapKey(hsm, 'kek', { alg })
    const result = secureUnwrapKey(hsm, 'kek', { alg, value, target: target() })
    expect(enclave.openUnwrappedKey(result.value)).toHaveLength(32)
  })

  it('takes what secureWrapKey returned as it is', () => {
    const { hsm } = wrapped()
    const made = secureWrapKey(hsm, 'kek', { alg: ALG })
    const asked = { ...made, alg: ALG, target: target() } as const
    expect(secureUnwrapKey(hsm, made.kid, asked).kid).toBe(made.kid)
  })

  it.each([16, 24, 32])('unwraps a key of %i bytes that wrapKey wrapped', (length) => {
    const { hsm } = wrapped()
    const { value } = wrapKey(hsm, 'kek', { alg: ALG, value: new Uint8Array(length).fill(5) })
    const result = secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    expect(enclave.openUnwrappedKey(result.value)).toEqual(new Uint8Array(length).fill(5))
  })

  it('works with a key that has expired', () => {
    const { hsm, value } = wrapped()
    const attributes = { exportable: true, exp: START }
    importKey(hsm, 'old', octJwk(), { ...EXPORTABLE, attributes })
    const result = secureUnwrapKey(hsm, 'old', { alg: ALG, value, target: target() })
    expect(enclave.openUnwrappedKey(result.value)).toHaveLength(32)
  })

  it('works with the version that wrapped, after a rotation', () => {
    const { hsm } = wrapped()
    const { kid, value } = secureWrapKey(hsm, 'kek', { alg: ALG })
    rotateKey(hsm, 'kek')
    const unwrap = (key: string) => secureUnwrapKey(hsm, key, { alg: ALG, value, target: target() })
    expect(unwrap(kid).kid).toBe(kid)
    expect(errorOf(() => unwrap('kek')).code).toBe('BadParameter')
  })

  it.each([['secureUnwrapKey'], ['unwrapKey']] as const)('is permitted by %s', (operation) => {
    const { hsm, value } = wrapped()
    importKey(hsm, 'kek', octJwk(), { keyOps: [operation] })
    const result = secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    expect(enclave.openUnwrappedKey(result.value)).toHaveLength(32)
  })

  it('is in the audit trail with key, version and algorithm, refused or not, and without bytes', () => {
    const { hsm, value } = wrapped()
    secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    const { entries } = readAudit(hsm, { operation: 'secureUnwrapKey' })
    expect(entries).toMatchObject([{ key: 'kek', alg: ALG, outcome: 'success' }])
    expect(entries[0]?.version).toHaveLength(32)
  })
})

describe('secureUnwrapKey refuses, and changes nothing:', () => {
  const cases: readonly (readonly [string, object, Refusal])[] = [
    [
      'a claim that does not meet the policy',
      { target: target({ claims: { debuggable: true } }) },
      NOT_RELEASABLE,
    ],
    ['a token that has expired', { target: target({ expiresIn: -1 }) }, NOT_VERIFIED],
    [
      'a token of an authority that is not trusted',
      {
        target: createAttestationAuthority({
          alg: 'ES256',
          issuer: 'https://other.test',
          clock: () => START * 1000,
        }).mintToken({ enclaveKey: enclave.publicJwk }),
      },
      NOT_VERIFIED,
    ],
    [
      'an issuer other than the one that the caller trusts',
      { applicationTrustedIssuer: 'https://other.test' },
      NOT_RELEASABLE,
    ],
    [
      'a target that is no token',
      { target: 'no token' },
      badParameter('The target is not an attestation token: it is not a JWS in compact form.'),
    ],
    ['an unknown algorithm', { alg: 'RSA1_5' }, badParameter('Unknown algorithm: RSA1_5')],
    ['a changed byte', { value: new Uint8Array(40) }, INCORRECT],
    [
      'a wrapped key that is too short',
      { value: new Uint8Array(8) },
      badParameter(
        'The wrapped key must have 24 bytes or more and be a multiple of 8, not 8 bytes.',
      ),
    ],
  ]
  it.each(cases)('%s', (_, changes, refusal) => {
    const { hsm, value } = wrapped()
    const parameters = { alg: ALG, value, target: target(), ...changes } as const
    const call = () => secureUnwrapKey(hsm, 'kek', parameters as never)
    if (refusal.message.startsWith('The wrapped key')) return expect(errorOf(call).status).toBe(400)
    expectRefusal(hsm, call, refusal)
  })

  it('a key without a release policy', () => {
    const hsm = releasingHsm()
    importKey(hsm, 'kek', octJwk())
    const { value } = secureWrapKey(hsm, 'kek', { alg: ALG })
    const call = () => secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    expectRefusal(
      hsm,
      call,
      forbidden('Operation secureUnwrapKey is not allowed on a non-exportable key.'),
    )
  })

  it('a key whose own policy names another authority', () => {
    const hsm = releasingHsm()
    const releasePolicy = policyOf({
      version: '1.0.0',
      anyOf: [{ authority: 'https://other.test', allOf: [{ claim: 'debuggable', equals: false }] }],
    })
    importKey(hsm, 'kek', octJwk(), { ...EXPORTABLE, releasePolicy })
    const { value } = secureWrapKey(hsm, 'kek', { alg: ALG })
    const call = () => secureUnwrapKey(hsm, 'kek', { alg: ALG, value, target: target() })
    expectRefusal(hsm, call, NOT_RELEASABLE)
  })

  it('what unwraps to something other than an AES key, like any failure', () => {
    const hsm = releasingHsm()
    importKey(hsm, 'kek', rsaJwk(), EXPORTABLE)
    for (const length of [0, 15, 33]) {
      const alg = 'RSA-OAEP-256'
      const { value } = wrapKey(hsm, 'kek', { alg, value: new Uint8Array(length) })
      const call = () => secureUnwrapKey(hsm, 'kek', { alg, value, target: target() })
      expectRefusal(hsm, call, OAEP_FAILURE)
    }
  })

  it('a key that may only wrap, a disabled key and a missing one', () => {
    const { hsm, value } = wrapped()
    const call = (key: string) => () =>
      secureUnwrapKey(hsm, key, { alg: ALG, value, target: target() })
    importKey(hsm, 'wraps', octJwk(), { keyOps: ['wrapKey', 'secureWrapKey'], ...EXPORTABLE })
    importKey(hsm, 'disabled', octJwk(), {
      ...EXPORTABLE,
      attributes: { exportable: true, enabled: false },
    })
    expectRefusal(
      hsm,
      call('wraps'),
      forbidden('Operation secureUnwrapKey is not permitted on this key.', 'KeyOperationForbidden'),
    )
    expectRefusal(
      hsm,
      call('disabled'),
      forbidden('Operation secureUnwrapKey is not allowed on a disabled key.', 'KeyDisabled'),
    )
    expectRefusal(hsm, call('none'), keyNotFound('none'))
  })

  it('a missing value and a missing target', () => {
    const { hsm, value } = wrapped()
    const call = (parameters: object) => () =>
      secureUnwrapKey(hsm, 'kek', { alg: ALG, ...parameters } as never)
    expectRefusal(
      hsm,
      call({ target: target() }),
      badParameter('The option "value" of secureUnwrapKey is missing.'),
    )
    expectRefusal(
      hsm,
      call({ value }),
      badParameter('The option "target" of secureUnwrapKey is missing.'),
    )
  })

  it('to work in a vault', () => {
    const hsm = releasingHsm('vault-premium')
    importKey(hsm, 'kek', rsaJwk())
    const call = () =>
      secureUnwrapKey(hsm, 'kek', {
        alg: 'RSA-OAEP-256',
        value: new Uint8Array(256),
        target: target(),
      })
    expect(refusalOf(call)).toEqual(
      worded(badParameter('A vault does not unwrap keys for targets.'), 'vault-premium'),
    )
  })
})

describe('applicationTrustedIssuer', () => {
  it.each([ISSUER, `${ISSUER}/`])(
    'of %s is the authority of the token',
    (applicationTrustedIssuer) => {
      const { hsm, value } = wrapped()
      const parameters = { alg: ALG, value, target: target(), applicationTrustedIssuer } as const
      expect(secureUnwrapKey(hsm, 'kek', parameters).value).toHaveLength(256)
      expect(authority.issuer).toBe(ISSUER)
    },
  )

  it('does not replace the policy of the key', () => {
    const { hsm, value } = wrapped()
    const token = target({ claims: { debuggable: true } })
    const parameters = { alg: ALG, value, target: token, applicationTrustedIssuer: ISSUER } as const
    expect(errorOf(() => secureUnwrapKey(hsm, 'kek', parameters)).innerCode).toBe('AccessDenied')
  })
})

it('an EC key neither wraps nor unwraps', () => {
  const hsm = releasingHsm()
  importKey(hsm, 'kek', ecJwk(), EXPORTABLE)
  expect(errorOf(() => secureWrapKey(hsm, 'kek', { alg: ALG })).innerCode).toBe(
    'KeyOperationForbidden',
  )
})
