import {
  createHash,
  createPublicKey,
  type JsonWebKey as NodeJwk,
  verify,
  X509Certificate,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type AttestedKeyBundle,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  getKeyAttestation,
  importKey,
  type KeyType,
  rotateKey,
} from '../../src/index.ts'
import { ecJwk, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, keyNotFound } from '../refusal.ts'
import { EXPORTABLE, releasingHsm } from '../releases.ts'
import { snapshot } from '../snapshot.ts'
import { START } from '../test-hsm.ts'

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

function chainOf({ attributes: { attestation } }: AttestedKeyBundle): readonly X509Certificate[] {
  const pem = textOf(attestation.certificatePemFile)
  return (pem.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block),
  )
}

/** What a statement says, once the first certificate of the file has verified it. */
function verified(bundle: AttestedKeyBundle, statement: Uint8Array | undefined) {
  const [own] = chainOf(bundle)
  const [header = '', payload = '', signature = ''] = textOf(statement).split('.')
  const input = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  expect(own && verify('sha256', input, own.publicKey, bytes)).toBe(true)
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
}

const thumbprint = (members: object): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')

describe('getKeyAttestation', () => {
  it.each([
    ['RSA-HSM', rsaJwk(), ['e', 'kty', 'n']],
    ['EC-HSM', ecJwk(), ['crv', 'kty', 'x', 'y']],
  ] satisfies [KeyType, object, string[]][])(
    'states the private and the public half of %s',
    (kty, jwk, members) => {
      const hsm = releasingHsm()
      const keyOps = ['sign', 'verify'] as const
      const { key } = importKey(hsm, 'k', { ...jwk, kty }, { ...EXPORTABLE, keyOps })
      const bundle = getKeyAttestation(hsm, 'k')
      const { privateKeyAttestation, publicKeyAttestation } = bundle.attributes.attestation
      const required = Object.fromEntries(
        members.map((member) => [member, (jwk as unknown as Record<string, string>)[member]]),
      )
      const facts = {
        layout: 'pocket-hsm/key-attestation/1.0',
        iat: START,
        kid: key.kid,
        kty,
        key_ops: keyOps,
        exportable: true,
        thumbprint: thumbprint(required),
      }
      expect(verified(bundle, privateKeyAttestation)).toEqual({ ...facts, about: 'private key' })
      expect(verified(bundle, publicKeyAttestation)).toEqual({
        ...facts,
        about: 'public key',
        jwk: required,
      })
      const stated = createPublicKey({ format: 'jwk', key: required as NodeJwk })
      expect(stated.asymmetricKeyType).toBe(kty === 'EC-HSM' ? 'ec' : 'rsa')
    },
  )

  it('states nothing of a symmetric key that depends on its bytes', () => {
    const statements = [octJwk(128), octJwk(256)].map((jwk) => {
      const hsm = releasingHsm()
      importKey(hsm, 'k', jwk)
      const bundle = getKeyAttestation(hsm, 'k')
      const { attestation } = bundle.attributes
      expect(attestation).not.toHaveProperty('publicKeyAttestation')
      const { kid: _, ...facts } = verified(bundle, attestation.privateKeyAttestation)
      return facts
    })
    expect(statements[0]).toEqual(statements[1])
    expect(statements[0]).toEqual({
      layout: 'pocket-hsm/key-attestation/1.0',
      about: 'symmetric key',
      iat: START,
      kty: 'oct-HSM',
      key_ops: ['deriveKey', 'wrapKey', 'verify', 'sign', 'unwrapKey', 'encrypt', 'decrypt'],
      exportable: false,
    })
  })

  it('adds to the bundle of the key, and changes nothing', () => {
    const hsm = releasingHsm()
    createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE, tags: { a: 'b' } })
    const before = snapshot(hsm)
    const { attestation, ...attributes } = getKeyAttestation(hsm, 'k').attributes
    expect({ ...getKeyAttestation(hsm, 'k'), attributes }).toEqual(getKey(hsm, 'k'))
    expect(Object.keys(attestation).sort()).toEqual([
      'certificatePemFile',
      'privateKeyAttestation',
      'publicKeyAttestation',
      'version',
    ])
    expect(attestation.version).toBe('1.0')
    expect(getKey(hsm, 'k').attributes).not.toHaveProperty('attestation')
    expect(snapshot(hsm)).toEqual(before)
  })

  it('comes under a chain of three certificates, the same for every key and every fork', () => {
    const hsm = releasingHsm()
    createKey(hsm, 'a', { kty: 'EC-HSM' })
    createKey(hsm, 'b', { kty: 'oct-HSM' })
    const bundle = getKeyAttestation(hsm, 'a')
    const [own, issuer, root, ...more] = chainOf(bundle)
    expect(more).toEqual([])
    if (own === undefined || issuer === undefined || root === undefined) throw new Error('no chain')
    expect([own, issuer, root].map(({ ca }) => ca)).toEqual([false, true, true])
    expect(own.verify(issuer.publicKey)).toBe(true)
    expect(issuer.verify(root.publicKey)).toBe(true)
    const others = [getKeyAttestation(hsm, 'b'), getKeyAttestation(forkHsm(hsm), 'a')]
    for (const { attributes } of others) {
      expect(attributes.attestation.certificatePemFile).toEqual(
        bundle.attributes.attestation.certificatePemFile,
      )
    }
  })

  it('is of the version that was asked for, whatever its state', () => {
    const hsm = releasingHsm()
    const attributes = { enabled: false, exp: START - 1 }
    const { key } = createKey(hsm, 'k', { kty: 'EC-HSM', attributes })
    rotateKey(hsm, 'k')
    const bundle = getKeyAttestation(hsm, key.kid)
    expect(bundle.key).toEqual(key)
    expect(verified(bundle, bundle.attributes.attestation.publicKeyAttestation)['kid']).toBe(
      key.kid,
    )
  })

  const only = (...profiles: ('managed-hsm' | 'vault-premium' | 'vault-standard')[]) => ({
    profiles,
  })

  itRefuses(
    'a name that nobody has',
    (hsm) => () => getKeyAttestation(hsm, 'x'),
    keyNotFound('x'),
    only('managed-hsm'),
  )
  itRefuses(
    'a version that nobody has',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      return () => getKeyAttestation(hsm, `k/${'0'.repeat(32)}`)
    },
    keyNotFound(`k/${'0'.repeat(32)}`),
    only('managed-hsm'),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      deleteKey(hsm, 'k')
      return () => getKeyAttestation(hsm, 'k')
    },
    keyNotFound('k'),
    only('managed-hsm'),
  )
  itRefuses(
    'every key of a vault',
    (hsm) => {
      createKey(hsm, 'k', { kty: 'EC' })
      return () => getKeyAttestation(hsm, 'k')
    },
    badParameter('A vault does not attest keys.'),
    only('vault-premium', 'vault-standard'),
  )
})
