import { describe, expect, it } from 'vitest'
import {
  createKey,
  type Hsm,
  importKey,
  secureWrapKey,
  unwrapKey,
  updateKey,
} from '../../src/index.ts'
import { octJwk, rsaJwk } from '../known-keys.ts'
import {
  badParameter,
  forbidden,
  itRefuses,
  keyNotFound,
  MISSING,
  unsupportedOperations,
} from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'

const MANAGED = { profiles: ['managed-hsm'] } as const
const VAULTS = { profiles: ['vault-premium', 'vault-standard'] } as const

const AES = [
  ['A128KW', 128, 'A128KW'],
  ['A192KW', 192, 'A192KW'],
  ['A256KW', 256, 'A256KW'],
  ['A128KWPAD', 128, 'CKM_AES_KEY_WRAP_PAD'],
  ['A192KWPAD', 192, 'CKM_AES_KEY_WRAP_PAD'],
  ['A256KWPAD', 256, 'CKM_AES_KEY_WRAP_PAD'],
  ['CKM_AES_KEY_WRAP', 192, 'CKM_AES_KEY_WRAP'],
  ['CKM_AES_KEY_WRAP_PAD', 256, 'CKM_AES_KEY_WRAP_PAD'],
] as const

describe('secureWrapKey', () => {
  it.each(AES)('%s with %i bits: wraps an AES-256 key', (alg, bits, unwrapping) => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'kek', octJwk(bits))
    const made = secureWrapKey(hsm, 'kek', { alg })
    expect(made).toMatchObject({ kid: key.kid, alg })
    expect(made.value).toHaveLength(40)
    const { value } = unwrapKey(hsm, 'kek', { alg: unwrapping, value: made.value })
    expect(value).toHaveLength(32)
  })

  it('RSA-OAEP-256: wraps an AES-256 key', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', rsaJwk())
    const { alg, value } = secureWrapKey(hsm, 'kek', { alg: 'RSA-OAEP-256' })
    expect(value).toHaveLength(256)
    expect(unwrapKey(hsm, 'kek', { alg: 'RSA-OAEP-256', value }).value).toHaveLength(32)
    expect(alg).toBe('RSA-OAEP-256')
  })

  it('makes another key each time, and under a seed the same ones', () => {
    const keys = (hsm: Hsm) => {
      importKey(hsm, 'kek', octJwk())
      return [1, 2].map(() => Buffer.from(secureWrapKey(hsm, 'kek', { alg: 'A256KW' }).value))
    }
    const [first, second] = keys(testHsm().hsm)
    expect(first).not.toEqual(second)
    expect(keys(testHsm().hsm)).toEqual([first, second])
    expect(keys(testHsm({ seed: 'another' }).hsm)[0]).not.toEqual(first)
  })

  it.each([['secureWrapKey'], ['wrapKey']] as const)('is permitted by %s', (operation) => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'oct', keyOps: [operation] })
    expect(secureWrapKey(hsm, 'kek', { alg: 'A256KW' }).value).toHaveLength(40)
  })

  const kek = (hsm: Hsm, options: object = {}) =>
    createKey(hsm, 'kek', { kty: 'oct', keySize: 256, ...options })
  const wrap =
    (alg: string, options: object = {}) =>
    (hsm: Hsm) => {
      kek(hsm, options)
      return () => secureWrapKey(hsm, 'kek', { alg })
    }

  itRefuses(
    'a key that may only secure-unwrap',
    wrap('A256KW', { keyOps: ['secureUnwrapKey', 'unwrapKey'] }),
    forbidden('Operation secureWrapKey is not permitted on this key.', 'KeyOperationForbidden'),
    MANAGED,
  )
  itRefuses(
    'a disabled key',
    wrap('A256KW', { attributes: { enabled: false } }),
    forbidden('Operation secureWrapKey is not allowed on a disabled key.', 'KeyDisabled'),
    MANAGED,
  )
  itRefuses(
    'a key that has expired',
    wrap('A256KW', { attributes: { exp: 5 } }),
    forbidden('Operation secureWrapKey is not allowed on an expired key.', 'KeyExpired'),
    MANAGED,
  )
  itRefuses(
    'a key of another size',
    wrap('A128KWPAD'),
    badParameter('Algorithm A128KWPAD needs a key of 128 bits, not 256.'),
    MANAGED,
  )
  itRefuses(
    'RSA-OAEP, which only wrapKey takes',
    wrap('RSA-OAEP'),
    badParameter('Unknown algorithm: RSA-OAEP'),
    MANAGED,
  )
  itRefuses(
    'an algorithm of another type of key',
    wrap('RSA-OAEP-256'),
    badParameter('Algorithm RSA-OAEP-256 cannot be used with a key of type oct-HSM.'),
    MANAGED,
  )
  itRefuses(
    'an algorithm named constructor',
    wrap('constructor'),
    badParameter('Unknown algorithm: constructor'),
    MANAGED,
  )
  itRefuses('an empty algorithm', wrap(''), MISSING, MANAGED)
  itRefuses(
    'a missing key',
    (hsm) => () => secureWrapKey(hsm, 'none', { alg: 'A256KW' }),
    keyNotFound('none'),
    MANAGED,
  )
  itRefuses(
    'an unknown option',
    (hsm) => () => secureWrapKey(hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(32) } as never),
    badParameter('Unknown option "value" of secureWrapKey. The options are: alg.'),
    MANAGED,
  )
  itRefuses(
    'to work in a vault',
    (hsm) => {
      importKey(hsm, 'kek', rsaJwk())
      return () => secureWrapKey(hsm, 'kek', { alg: 'RSA-OAEP-256' })
    },
    badParameter('A vault does not make wrapped keys.'),
    VAULTS,
  )
})

describe('secureWrapKey and secureUnwrapKey in key_ops', () => {
  it.each(['RSA', 'oct'] as const)('are operations of a key of type %s', (kty) => {
    const { hsm } = testHsm()
    const keyOps = ['secureWrapKey', 'secureUnwrapKey'] as const
    importKey(hsm, 'kek', kty === 'RSA' ? rsaJwk() : octJwk())
    expect(updateKey(hsm, 'kek', { keyOps }).key.key_ops).toEqual(keyOps)
  })

  itRefuses(
    'to be those of an EC key',
    (hsm) => () => createKey(hsm, 'a', { kty: 'EC', keyOps: ['secureWrapKey'] }),
    unsupportedOperations(['secureWrapKey'], ['sign', 'verify']),
  )
  itRefuses(
    'to be those of a key in a vault',
    (hsm) => () => importKey(hsm, 'a', rsaJwk(), { keyOps: ['secureUnwrapKey'] }),
    unsupportedOperations(
      ['secureUnwrapKey'],
      ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
    ),
    VAULTS,
  )
})
