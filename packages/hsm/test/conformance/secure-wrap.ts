/** Secure wrap and unwrap: a key that nobody sees but an attested target, whose token and key are made by node:crypto. */

import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  sign as nodeSign,
  privateDecrypt,
} from 'node:crypto'
import { expect, it } from 'vitest'
import type { JsonWebKey } from '../../src/index.ts'
import type { PreviewService, RefusalOf, Subject, SubjectOptions } from './subject.ts'

const ISSUER = 'https://attest.test'
const HOUR = 3600
const alg = 'A256KW'

const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const enclave = generateKeyPairSync('rsa', { modulusLength: 2048 })

const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' }) as JsonWebKey

/** The HSM trusts the authority. */
export const TRUSTING: Pick<SubjectOptions, 'attestationKeys'> = {
  attestationKeys: { [ISSUER]: [jwkOf(authority.publicKey)] },
}

const POLICY = {
  version: '1.0.0',
  anyOf: [{ authority: ISSUER, allOf: [{ claim: 'debuggable', equals: false }] }],
}

/** A token about the enclave, as attestation services write it. */
function tokenAt(now: number, claims: object = {}, by: KeyObject = authority.privateKey): string {
  const key = { ...jwkOf(enclave.publicKey), kid: 'enclave', use: 'enc' }
  const body = { iss: ISSUER, nbf: now, exp: now + HOUR, debuggable: false }
  const parts = [
    { alg: 'ES256', typ: 'JWT' },
    { ...body, 'x-ms-runtime': { keys: [key] }, ...claims },
  ]
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const input = signed.join('.')
  const signature = nodeSign('sha256', Buffer.from(input), { key: by, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** What the enclave reads of the answer. */
const opened = (value: Uint8Array): Buffer =>
  privateDecrypt(
    {
      key: enclave.privateKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
    },
    value,
  )

/** A key that unwraps for whoever meets the policy; the instant of its creation. */
async function makeKek(preview: PreviewService, kty: 'oct' | 'RSA' = 'oct', name = 'kek') {
  const { attributes } = await preview.createKey(name, {
    kty,
    attributes: { exportable: true },
    releasePolicy: { data: Buffer.from(JSON.stringify(POLICY)) },
  })
  return attributes.created
}

/** What a vault has: nothing. */
export function describeNoSecureWrap(current: () => Subject, refusalOf: RefusalOf): void {
  it('a vault makes no wrapped key, and unwraps none', async () => {
    const { preview } = current()
    await preview.createKey('k', { kty: 'EC' })
    const wrap = () => preview.secureWrapKey('k', { alg })
    expect(await refusalOf(wrap)).toMatchObject({ status: 400 })
    const given = { alg, value: Buffer.alloc(40), target: tokenAt(0) }
    expect(await refusalOf(() => preview.secureUnwrapKey('k', given))).toMatchObject({
      status: 400,
    })
  })
}

/** What a Managed HSM has. `seededRsa` is a name whose RSA key is made soon. */
export function describeSecureWrap(
  current: () => Subject,
  refusalOf: RefusalOf,
  seededRsa: string,
): void {
  it.each([
    ['oct', 'kek', alg, 40],
    ['RSA', seededRsa, 'RSA-OAEP-256', 256],
  ] as const)('%s: only the enclave learns the key', async (kty, name, by, length) => {
    const { preview } = current()
    const now = await makeKek(preview, kty, name)
    const wrapped = await preview.secureWrapKey(name, { alg: by })
    expect([wrapped.alg, wrapped.value.length]).toEqual([by, length])
    const asked = { alg: by, value: wrapped.value, target: tokenAt(now) }
    const { kid, value } = await preview.secureUnwrapKey(name, asked)
    expect(kid).toBe(wrapped.kid)
    const key = opened(value)
    expect(key).toHaveLength(32)
    const open = await preview.unwrapKey(name, { alg: by, value: wrapped.value })
    expect(key.equals(open.value)).toBe(true)
    const another = await preview.secureWrapKey(name, { alg: by })
    expect(Buffer.from(another.value).equals(wrapped.value)).toBe(false)
  })

  it('gives nothing to a target that does not meet the policy, or for which no authority stands', async () => {
    const { preview } = current()
    const now = await makeKek(preview)
    const { value } = await preview.secureWrapKey('kek', { alg })
    for (const target of [
      tokenAt(now, { debuggable: true }),
      tokenAt(now, {}, stranger.privateKey),
      tokenAt(now, { iss: 'https://stranger.test' }),
      tokenAt(now - 2 * HOUR),
    ]) {
      const unwrap = () => preview.secureUnwrapKey('kek', { alg, value, target })
      expect(await refusalOf(unwrap)).toMatchObject({
        status: 403,
        code: 'Forbidden',
        innerCode: 'AccessDenied',
      })
    }
  })

  it('a changed byte, a text that is no token and a key without a policy are refused', async () => {
    const { preview } = current()
    const target = tokenAt(await makeKek(preview))
    const { value } = await preview.secureWrapKey('kek', { alg })
    const changed = value.with(0, (value[0] ?? 0) ^ 1)
    for (const given of [
      { alg, value: changed, target },
      { alg, value, target: 'no token' },
    ]) {
      const unwrap = () => preview.secureUnwrapKey('kek', given)
      expect(await refusalOf(unwrap)).toMatchObject({ status: 400, code: 'BadParameter' })
    }
    await preview.createKey('plain', { kty: 'oct' })
    const wrapped = await preview.secureWrapKey('plain', { alg })
    const unwrap = () => preview.secureUnwrapKey('plain', { alg, value: wrapped.value, target })
    expect(await refusalOf(unwrap)).toMatchObject({ status: 403, code: 'Forbidden' })
  })

  it('a key for secure wrap alone neither wraps nor unwraps openly', async () => {
    const { preview } = current()
    const keyOps = ['secureWrapKey', 'secureUnwrapKey'] as const
    await preview.createKey('k', { kty: 'oct', keyOps })
    const { value } = await preview.secureWrapKey('k', { alg })
    const forbidden = { status: 403, code: 'Forbidden', innerCode: 'KeyOperationForbidden' }
    for (const operation of ['wrapKey', 'unwrapKey'] as const) {
      const call = () => preview[operation]('k', { alg, value })
      expect(await refusalOf(call)).toMatchObject(forbidden)
    }
  })

  it('an older api-version has no such key_ops', async ({ skip }) => {
    const { preview, service } = current()
    skip(Object.is(preview, service), 'Nothing here has api-versions.')
    const create = () => service.createKey('k', { kty: 'oct', keyOps: ['secureWrapKey'] })
    expect(await refusalOf(create)).toMatchObject({ status: 400, code: 'BadParameter' })
  })
}
