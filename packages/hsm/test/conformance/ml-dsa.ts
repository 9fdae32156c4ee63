/** ML-DSA, as anything that claims to be the newest Managed HSM must have it; no vault and no older api-version does. */

import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { RefusalOf, Subject } from './subject.ts'

const MESSAGE = Buffer.from('one coffee, no sugar')
const CONTEXT = Buffer.from('orders')

const PARAMETER_SETS = [
  ['ML-DSA-44', 1312, 2420],
  ['ML-DSA-65', 1952, 3309],
  ['ML-DSA-87', 2592, 4627],
] as const

const alg = 'ML-DSA-44'
const DEFINITION = { kty: 'AKP', alg } as const

/** A seed of 32 bytes, as JOSE has it. */
const JWK = { kty: 'AKP', alg, priv: Buffer.alloc(32, 9).toString('base64url') }

const NO_SUCH_TYPE = { status: 400, code: 'BadParameter', innerCode: 'KeyTypeNotSupported' }

/** What a vault has: nothing. */
export function describeNoMlDsa(current: () => Subject, refusalOf: RefusalOf): void {
  it('a vault neither makes nor takes such a key', async () => {
    const { preview } = current()
    expect(await refusalOf(() => preview.createKey('k', DEFINITION))).toMatchObject(NO_SUCH_TYPE)
    expect(await refusalOf(() => preview.importKey('k', JWK))).toMatchObject(NO_SUCH_TYPE)
    expect((await preview.listKeys()).value).toEqual([])
  })
}

/** What a Managed HSM has. */
export function describeMlDsa(current: () => Subject, refusalOf: RefusalOf): void {
  it.each(PARAMETER_SETS)(
    '%s has a public key of %i bytes and signatures of %i',
    async (name, publicLength, length) => {
      const { preview } = current()
      const { key } = await preview.createKey('k', { kty: 'AKP', alg: name })
      expect(Object.keys(key).sort()).toEqual(['alg', 'key_ops', 'kid', 'kty', 'pub'])
      expect(key).toMatchObject({ kty: 'AKP-HSM', alg: name })
      expect(new Set(key.key_ops)).toEqual(new Set(['sign', 'verify']))
      expect(Buffer.from(key.pub ?? '', 'base64url')).toHaveLength(publicLength)
      const { kid, value } = await preview.sign('k', { alg: name, value: MESSAGE })
      expect([kid, value.length]).toEqual([key.kid, length])
      const question = { alg: name, digest: MESSAGE, value }
      expect(await preview.verify('k', question)).toBe(true)
      expect(await preview.verify('k', { ...question, digest: CONTEXT })).toBe(false)
      expect(await preview.verify('k', { ...question, value: value.slice(1) })).toBe(false)
    },
  )

  it('a seed comes in, its public key comes out, and it never does', async () => {
    const { preview } = current()
    const { key } = await preview.importKey('k', JWK)
    expect(key).toMatchObject({ kty: 'AKP-HSM', alg })
    expect(key.pub).toBe((await preview.importKey('other', JWK)).key.pub)
    expect(JSON.stringify(await preview.getKey('k'))).not.toContain(JWK.priv)
  })

  it('a signature with a context verifies with that context alone', async () => {
    const { preview } = current()
    await preview.createKey('k', DEFINITION)
    const { value } = await preview.sign('k', { alg, value: MESSAGE, context: CONTEXT })
    const question = { alg, digest: MESSAGE, value }
    expect(await preview.verify('k', { ...question, context: CONTEXT })).toBe(true)
    expect(await preview.verify('k', question)).toBe(false)
    expect(await preview.verify('k', { ...question, context: MESSAGE })).toBe(false)
    const tooLong = { alg, value: MESSAGE, context: Buffer.alloc(256) }
    expect(await refusalOf(() => preview.sign('k', tooLong))).toMatchObject({ status: 400 })
  })

  it('a signature of µ, computed elsewhere, is one of the message', async () => {
    const { preview } = current()
    const { key } = await preview.createKey('k', DEFINITION)
    const mu = muOf(Buffer.from(key.pub ?? '', 'base64url'))
    const { value } = await preview.sign('k', { alg, value: mu, externalMu: true })
    expect(await preview.verify('k', { alg, digest: MESSAGE, value, context: CONTEXT })).toBe(true)
    expect(await preview.verify('k', { alg, digest: mu, value, externalMu: true })).toBe(true)
    const short = { alg, value: randomBytes(63), externalMu: true }
    expect(await refusalOf(() => preview.sign('k', short))).toMatchObject({ status: 400 })
  })

  it('a backup brings the key back, after a purge', async () => {
    const { preview } = current()
    const made = await preview.createKey('k', DEFINITION)
    const { value } = await preview.sign('k', { alg, value: MESSAGE })
    const backup = await preview.backupKey('k')
    await preview.deleteKey('k')
    await preview.purgeDeletedKey('k')
    expect(await preview.restoreKey(backup)).toEqual(made)
    expect(await preview.verify(made.key.kid, { alg, digest: MESSAGE, value })).toBe(true)
  })

  it('a rotated key has the same parameter set, and the old version still verifies', async () => {
    const { preview } = current()
    const before = await preview.createKey('k', { kty: 'AKP', alg: 'ML-DSA-65' })
    const { value } = await preview.sign('k', { alg: 'ML-DSA-65', value: MESSAGE })
    const after = await preview.rotateKey('k')
    expect(after.key.alg).toBe('ML-DSA-65')
    expect(after.key.pub).not.toBe(before.key.pub)
    const question = { alg: 'ML-DSA-65', digest: MESSAGE, value }
    expect(await preview.verify(before.key.kid, question)).toBe(true)
    expect(await preview.verify(after.key.kid, question)).toBe(false)
  })

  it('another parameter set than the key has, none, and encryption are refused', async () => {
    const { preview } = current()
    await preview.createKey('k', DEFINITION)
    for (const call of [
      () => preview.createKey('other', { kty: 'AKP' }),
      () => preview.createKey('other', { ...DEFINITION, keyOps: ['encrypt'] }),
      () => preview.sign('k', { alg: 'ML-DSA-87', value: MESSAGE }),
      () => preview.encrypt('k', { alg: 'RSA-OAEP', value: MESSAGE }),
    ]) {
      expect((await refusalOf(call)).status).toBeGreaterThanOrEqual(400)
    }
    expect((await preview.listKeys()).value).toHaveLength(1)
  })

  it('an older api-version neither makes such a key nor signs with one', async ({ skip }) => {
    const { preview, service } = current()
    skip(Object.is(preview, service), 'Nothing here has api-versions.')
    expect(await refusalOf(() => service.createKey('k', DEFINITION))).toMatchObject(NO_SUCH_TYPE)
    await preview.createKey('k', DEFINITION)
    const { value } = await preview.sign('k', { alg, value: MESSAGE })
    const bad = { status: 400, code: 'BadParameter' }
    expect(await refusalOf(() => service.sign('k', { alg, value: MESSAGE }))).toMatchObject(bad)
    const question = { alg, digest: MESSAGE, value }
    expect(await refusalOf(() => service.verify('k', question))).toMatchObject(bad)
  })
}

/** FIPS 204 algorithms 2 and 7: µ of the message with the context. */
function muOf(publicKey: Uint8Array): Buffer {
  const shake256 = (...parts: readonly Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return shake256(shake256(publicKey), Uint8Array.of(0, CONTEXT.length), CONTEXT, MESSAGE)
}
