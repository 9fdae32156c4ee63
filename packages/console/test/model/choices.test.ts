/** The choices that the page offers: the engine takes every one of them. */

import { createFaultScript, OPERATION_NAMES } from '@pocket-hsm/rest'
import {
  createEkmConnection,
  createExternalKey,
  createExternalKeyManager,
  createHsm,
  createKey,
  decrypt,
  describeKey,
  encrypt,
  type Hsm,
  secureWrapKey,
  sign,
  unwrapKey,
  type VersionDescription,
  verify,
  wrapKey,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { algorithmsOf, digestOf } from '../../page/model/algorithms.ts'
import { describeFault, FAULT_EFFECTS, FAULT_OPERATIONS } from '../../page/model/faults.ts'

const KEYS = [
  { kty: 'RSA-HSM', keySize: 2048 },
  ...(['P-256', 'P-384', 'P-521', 'P-256K'] as const).map((crv) => ({ kty: 'EC-HSM', crv })),
  ...([128, 192, 256] as const).map((keySize) => ({ kty: 'oct-HSM', keySize })),
  ...(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).map((alg) => ({ kty: 'AKP-HSM', alg })),
] as const

const BYTES = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }
const VALUE = new Uint8Array(16).fill(7)
const IV = new Uint8Array(16).fill(9)

describe.each([
  ['RSA-HSM', 'rsa-1'],
  ['oct-HSM', 'aes-1'],
])('the algorithms of an external key of %s', (kty, id) => {
  it('wrap, and everything comes back; there are no others', () => {
    const external = createHsm({ seed: 'choices' })
    createKey(external, id, { kty: kty as 'oct-HSM' })
    const hsm = createHsm({ externalKeyManager: createExternalKeyManager(external) })
    createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
    createExternalKey(hsm, 'key', { externalKey: { id } })
    const [current] = describeKey(hsm, 'key')?.versions ?? []
    const key = current as VersionDescription
    const algorithms = algorithmsOf(key, 'wrapKey') as readonly 'A256KW'[]
    expect(algorithms).toHaveLength(2)
    for (const alg of algorithms) {
      const { value } = wrapKey(hsm, 'key', { alg, value: VALUE })
      expect(unwrapKey(hsm, 'key', { alg, value }).value, alg).toEqual(VALUE)
    }
    expect(algorithmsOf(key, 'unwrapKey')).toEqual(algorithms)
    for (const operation of ['encrypt', 'sign', 'secureWrapKey', 'releaseKey'] as const) {
      expect(algorithmsOf(key, operation)).toEqual([])
    }
  })
})

describe.each(KEYS)('the algorithms of %j', (parameters) => {
  const hsm: Hsm = createHsm({ seed: 'choices' })
  createKey(hsm, 'key', parameters as never)

  it('sign, and the signature is valid', () => {
    for (const alg of algorithmsOf(parameters, 'sign')) {
      const value = new Uint8Array(BYTES[digestOf(alg)])
      const signature = sign(hsm, 'key', { alg: alg as 'ES256', value }).value
      const isValid = verify(hsm, 'key', { alg: alg as 'ES256', digest: value, value: signature })
      expect(isValid, alg).toBe(true)
    }
  })

  it('encrypt and wrap, and everything comes back', () => {
    for (const alg of algorithmsOf(parameters, 'encrypt') as readonly 'A256GCM'[]) {
      const iv = alg.includes('CBC') ? { iv: IV } : {}
      const { value, ...rest } = encrypt(hsm, 'key', { alg, value: VALUE, ...iv })
      const { kid: _, alg: __, ...members } = rest
      expect(decrypt(hsm, 'key', { alg, value, ...members, ...iv }).value, alg).toEqual(VALUE)
    }
    for (const alg of algorithmsOf(parameters, 'wrapKey') as readonly 'A256KW'[]) {
      const { value } = wrapKey(hsm, 'key', { alg, value: VALUE })
      expect(unwrapKey(hsm, 'key', { alg, value }).value, alg).toEqual(VALUE)
    }
  })

  it('secure-wrap, and only in a Managed HSM', () => {
    const algorithms = algorithmsOf(parameters, 'secureWrapKey') as readonly 'A256KW'[]
    expect(algorithms.length > 0).toBe(/^(?:RSA|oct)/.test(parameters.kty))
    for (const alg of algorithms) {
      expect(secureWrapKey(hsm, 'key', { alg }).value.length, alg).toBeGreaterThan(32)
    }
    expect(algorithmsOf(parameters, 'secureUnwrapKey', 'vault-premium')).toEqual([])
  })

  it('release, if the key is exportable', () => {
    expect(algorithmsOf(parameters, 'releaseKey')).toEqual([])
    const exportable = { ...parameters, attributes: { exportable: true } }
    expect(algorithmsOf(exportable, 'releaseKey')).toContain('RSA_AES_KEY_WRAP_256')
  })
})

describe('faults', () => {
  it('are for operations that there are', () => {
    expect(FAULT_OPERATIONS.filter((name) => !OPERATION_NAMES.includes(name))).toEqual([])
  })

  it.each(FAULT_EFFECTS)('are accepted and described: $name', ({ fault, amount }) => {
    const given = { ...fault, ...(amount && { [amount.member]: amount.initial }) }
    expect(createFaultScript(given).remaining()).toBe(1)
    expect(describeFault({ ...given, operation: 'deleteKey' })).toMatch(/^deleteKey: .{5}/)
  })
})
