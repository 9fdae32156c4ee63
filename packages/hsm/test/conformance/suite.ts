/**
 * What anything that claims to be the service must do, through whatever it is reached: the engine, the REST
 * handler, an official SDK, a server. Takes the thing under test as an argument and knows nothing else of it.
 */

import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  verify as nodeVerify,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BundleKey, KeyType, Page, PageParameters, ProfileName } from '../../src/index.ts'
import { describeMlDsa, describeNoMlDsa } from './ml-dsa.ts'
import { describeNoSecureWrap, describeSecureWrap, TRUSTING } from './secure-wrap.ts'
import type { MakeSubject, RefusalOf, Service, Subject, SubjectOptions } from './subject.ts'

const DAY = 86_400

/** A name whose stream comes to two primes soon, where the HSM has the seed of the tests. */
const LETTERS = 'rsa-2048-3'

const MESSAGE = Buffer.from('one coffee, no sugar')

const digestOf = (hash: string): Buffer => createHash(hash).update(MESSAGE).digest()

/** Runs the suite against a subject, in one profile. */
export function describeConformance(
  title: string,
  profile: ProfileName,
  makeSubject: MakeSubject,
): void {
  const isManaged = profile === 'managed-hsm'
  const hsmForm = (kty: KeyType): KeyType => (isManaged ? (`${kty}-HSM` as KeyType) : kty)

  describe(`${title} as ${profile}`, () => {
    let subject: Subject
    let service: Service

    const use = async (options: Omit<SubjectOptions, 'profile'> = {}) => {
      await subject?.close?.()
      subject = await makeSubject({ profile, ...options })
      service = subject.service
    }
    beforeEach(() => use())
    afterEach(() => subject.close?.())

    const refusalOf: RefusalOf = async (call) => {
      let answer: unknown
      try {
        answer = await call()
      } catch (thrown) {
        return subject.seenRefusal(thrown)
      }
      throw new Error(`The call was expected to refuse, and answered ${JSON.stringify(answer)}.`)
    }

    describe('identifiers', () => {
      it('begin with the address, and end with 32 hexadecimal digits', async () => {
        const { key } = await service.createKey('Orders-1', { kty: 'EC' })
        const [version = ''] = key.kid.split('/').slice(-1)
        expect(key.kid).toBe(`${subject.baseUrl}/keys/Orders-1/${version}`)
        expect(version).toMatch(/^[0-9a-f]{32}$/)
      })

      it('find keys and versions in any case', async () => {
        const made = await service.createKey('Orders', { kty: 'EC' })
        const version = made.key.kid.split('/').at(-1)
        expect(await service.getKey(`ORDERS/${version?.toUpperCase()}`)).toEqual(made)
      })
    })

    describe('keys', () => {
      it('RSA has 2048 bits, the exponent 65537 and six operations by default', async () => {
        const { key } = await service.createKey(LETTERS, { kty: 'RSA' })
        expect(key.kty).toBe(hsmForm('RSA'))
        expect(Buffer.from(key.n ?? '', 'base64url')).toHaveLength(256)
        expect(key.e).toBe('AQAB')
        expect(new Set(key.key_ops)).toEqual(
          new Set(['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']),
        )
      })

      it.each([
        [undefined, 'P-256', 32],
        ['P-256', 'P-256', 32],
        ['P-384', 'P-384', 48],
        ['P-521', 'P-521', 66],
        ['P-256K', 'P-256K', 32],
      ] as const)(
        'EC on %s has the curve %s and coordinates of %i bytes',
        async (crv, made, width) => {
          const { key } = await service.createKey('k', { kty: 'EC', crv })
          expect(key).toMatchObject({ kty: hsmForm('EC'), crv: made })
          expect(Buffer.from(key.x ?? '', 'base64url')).toHaveLength(width)
          expect(Buffer.from(key.y ?? '', 'base64url')).toHaveLength(width)
          expect(new Set(key.key_ops)).toEqual(new Set(['sign', 'verify']))
        },
      )

      it(`oct is ${isManaged ? 'made, and shows nothing' : 'refused'}`, async () => {
        const create = () => service.createKey('k', { kty: 'oct' })
        if (!isManaged) {
          expect(await refusalOf(create)).toMatchObject({ status: 400, code: 'BadParameter' })
          return
        }
        const { key } = await create()
        expect(Object.keys(key).sort()).toEqual(['key_ops', 'kid', 'kty'])
        expect(new Set(key.key_ops)).toEqual(
          new Set(['deriveKey', 'wrapKey', 'verify', 'sign', 'unwrapKey', 'encrypt', 'decrypt']),
        )
      })

      it('a private key comes in, and no private member comes out', async () => {
        const jwk = {
          kty: 'EC',
          crv: 'P-256',
          x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
          y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
          d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
        }
        const { key } = await service.importKey('k', jwk)
        expect(key).toMatchObject({ kty: hsmForm('EC'), x: jwk.x, y: jwk.y })
        expect(JSON.stringify(await service.getKey('k'))).not.toContain(jwk.d)
      })

      it('a bad name, a bad operation and a bad JWK are refused', async () => {
        const bad = { status: 400, code: 'BadParameter' }
        expect(await refusalOf(() => service.createKey('a_b', { kty: 'EC' }))).toMatchObject(bad)
        expect(
          await refusalOf(() => service.createKey('k', { kty: 'EC', keyOps: ['encrypt'] })),
        ).toMatchObject(bad)
        const { status, message } = await refusalOf(() => service.importKey('k', { kty: 'EC' }))
        expect(status).toBe(400)
        expect(message).toContain('The property "key" must be a valid JsonWebKey object.')
      })
    })

    describe('life cycle', () => {
      it('create, get, list, delete, recover', async () => {
        const made = await service.createKey('k', { kty: 'EC', tags: { a: 'b' } })
        expect(await service.getKey('k')).toEqual(made)
        expect((await service.listKeys()).value.map(({ kid }) => kid)).toEqual([
          `${subject.baseUrl}/keys/k`,
        ])
        const deleted = await service.deleteKey('k')
        expect(deleted.recoveryId).toBe(`${subject.baseUrl}/deletedkeys/k`)
        expect(deleted.scheduledPurgeDate - deleted.deletedDate).toBe(
          deleted.attributes.recoverableDays * DAY,
        )
        expect(await refusalOf(() => service.getKey('k'))).toMatchObject({
          status: 404,
          code: 'KeyNotFound',
        })
        expect(await service.getDeletedKey('k')).toEqual(deleted)
        expect((await service.listDeletedKeys()).value).toHaveLength(1)
        expect(await refusalOf(() => service.createKey('k', { kty: 'EC' }))).toMatchObject({
          status: 409,
          code: 'Conflict',
          innerCode: 'ObjectIsDeletedButRecoverable',
        })
        await service.recoverDeletedKey('k')
        expect(await service.getKey('k')).toEqual(made)
        expect((await service.listDeletedKeys()).value).toEqual([])
      })

      it('what is not there is not found', async () => {
        const missing = { status: 404, code: 'KeyNotFound' }
        for (const call of [
          () => service.getKey('nobody'),
          () => service.updateKey('nobody', {}),
          () => service.deleteKey('nobody'),
          () => service.getDeletedKey('nobody'),
          () => service.recoverDeletedKey('nobody'),
          () => service.purgeDeletedKey('nobody'),
          () => service.backupKey('nobody'),
          () => service.rotateKey('nobody'),
          () => service.sign('nobody', { alg: 'ES256', value: digestOf('sha256') }),
        ]) {
          expect(await refusalOf(call)).toMatchObject(missing)
        }
        expect((await service.listKeyVersions('nobody')).value).toEqual([])
      })

      it('a purged key is gone, and its name makes another', async () => {
        const made = await service.createKey('k', { kty: 'EC' })
        await service.deleteKey('k')
        await service.purgeDeletedKey('k')
        expect(await refusalOf(() => service.getDeletedKey('k'))).toMatchObject({ status: 404 })
        const again = await service.createKey('k', { kty: 'EC' })
        expect(again.key.kid).not.toBe(made.key.kid)
      })

      it('time purges at the second', async () => {
        await use({ softDeleteRetentionDays: 7 })
        await service.createKey('k', { kty: 'EC' })
        await service.deleteKey('k')
        subject.passTime(7 * DAY - 1)
        await service.getDeletedKey('k')
        subject.passTime(1)
        expect(await refusalOf(() => service.getDeletedKey('k'))).toMatchObject({ status: 404 })
      })

      it('purge protection refuses to purge, and says so in the recovery level', async () => {
        await use({ purgeProtection: true })
        const { attributes } = await service.createKey('k', { kty: 'EC' })
        expect(attributes.recoveryLevel).toBe('Recoverable')
        await service.deleteKey('k')
        expect(await refusalOf(() => service.purgeDeletedKey('k'))).toMatchObject({
          status: 403,
          code: 'Forbidden',
        })
        await service.recoverDeletedKey('k')
      })

      it('a backup brings everything back, after a purge', async () => {
        const first = await service.createKey('k', { kty: 'EC', tags: { v: '1' } })
        subject.passTime(5)
        const second = await service.rotateKey('k')
        const backup = await service.backupKey('k')
        expect(await refusalOf(() => service.restoreKey(backup))).toMatchObject({ status: 409 })
        await service.deleteKey('k')
        await service.purgeDeletedKey('k')
        subject.passTime(5)
        expect(await service.restoreKey(backup)).toEqual(second)
        expect(await service.getKey(first.key.kid)).toEqual(first)
      })

      it('a damaged backup is refused', async () => {
        await service.createKey('k', { kty: 'EC' })
        const backup = await service.backupKey('k')
        await service.deleteKey('k')
        await service.purgeDeletedKey('k')
        const damaged = backup.slice(0, -4)
        expect(await refusalOf(() => service.restoreKey(damaged))).toMatchObject({
          status: 400,
          code: 'MalformedBackupBlob',
        })
        expect((await service.listKeys()).value).toEqual([])
      })

      it('a rotated key is new, and the old version stays in use', async () => {
        const before = await service.createKey('k', { kty: 'EC', tags: { a: 'b' } })
        const after = await service.rotateKey('k')
        expect(after.key.x).not.toBe(before.key.x)
        expect(after.key.crv).toBe('P-256')
        expect(await service.getKey('k')).toEqual(after)
        expect(await service.getKey(before.key.kid)).toEqual(before)
        expect((await service.listKeyVersions('k')).value).toHaveLength(2)
      })
    })

    describe('attributes', () => {
      const asked = () => service.sign('k', { alg: 'ES256', value: digestOf('sha256') })

      it('are merged, tags replaced, and {} clears them', async () => {
        const { attributes } = await service.createKey('k', { kty: 'EC', tags: { a: 'b' } })
        subject.passTime(10)
        const disabled = await service.updateKey('k', { attributes: { enabled: false } })
        expect(disabled).toMatchObject({
          attributes: { ...attributes, enabled: false, updated: attributes.updated + 10 },
          tags: { a: 'b' },
        })
        expect((await service.updateKey('k', { tags: { c: 'd' } })).tags).toEqual({ c: 'd' })
        expect((await service.updateKey('k', { tags: {} })).tags ?? {}).toEqual({})
      })

      it('a disabled key does nothing, and is still there', async () => {
        await service.createKey('k', { kty: 'EC', attributes: { enabled: false } })
        const forbidden = { status: 403, code: 'Forbidden', innerCode: 'KeyDisabled' }
        expect(await refusalOf(asked)).toMatchObject(forbidden)
        const question = { alg: 'ES256', digest: digestOf('sha256'), value: randomBytes(64) }
        expect(await refusalOf(() => service.verify('k', question))).toMatchObject(forbidden)
        expect((await service.getKey('k')).attributes.enabled).toBe(false)
      })

      it('an expired key verifies, and does not sign', async () => {
        const { attributes } = await service.createKey('k', { kty: 'EC' })
        await service.updateKey('k', { attributes: { exp: attributes.created + 100 } })
        subject.passTime(99)
        const { value, kid } = await asked()
        subject.passTime(1)
        expect(await refusalOf(asked)).toMatchObject({ status: 403, code: 'Forbidden' })
        const question = { alg: 'ES256', digest: digestOf('sha256'), value }
        expect(await service.verify(kid, question)).toBe(true)
      })

      it('a key does not do what key_ops lacks', async () => {
        await service.createKey('k', { kty: 'EC', keyOps: ['verify'] })
        const { message, ...refusal } = await refusalOf(asked)
        expect(refusal).toMatchObject({ status: 403, innerCode: 'KeyOperationForbidden' })
        expect(message).toContain('Operation sign is not permitted on this key.')
      })
    })

    describe('lists', () => {
      const everything = async (
        read: (page: PageParameters) => Page<{ kid: string }> | Promise<Page<{ kid: string }>>,
      ) => {
        const pages = [await read({})]
        for (let last = pages[0]; last?.nextMarker !== undefined; last = pages.at(-1)) {
          pages.push(await read({ marker: last.nextMarker }))
        }
        return pages.map(({ value }) => value.map(({ kid }) => kid))
      }

      it('26 keys come on two pages, none twice', async () => {
        for (let i = 0; i < 26; i++) await service.createKey(`k${i}`, { kty: 'EC' })
        const pages = await everything((page) => service.listKeys(page))
        expect(pages.map(({ length }) => length)).toEqual([25, 1])
        expect(new Set(pages.flat()).size).toBe(26)
      })

      it('26 versions come on two pages, none twice', async () => {
        for (let i = 0; i < 26; i++) await service.createKey('k', { kty: 'EC' })
        const pages = await everything((page) => service.listKeyVersions('k', page))
        expect(pages.map(({ length }) => length)).toEqual([25, 1])
        expect(new Set(pages.flat()).size).toBe(26)
      })

      it('26 deleted keys come on two pages, none twice', async () => {
        for (let i = 0; i < 26; i++) {
          await service.createKey(`k${i}`, { kty: 'EC' })
          await service.deleteKey(`k${i}`)
        }
        const pages = await everything((page) => service.listDeletedKeys(page))
        expect(pages.map(({ length }) => length)).toEqual([25, 1])
        expect(new Set(pages.flat()).size).toBe(26)
      })

      it('a page is as long as it is asked to be', async () => {
        for (let i = 0; i < 3; i++) await service.createKey(`k${i}`, { kty: 'EC' })
        const page = await service.listKeys({ maxResults: 2 })
        expect(page.value).toHaveLength(2)
        const rest = await service.listKeys({ maxResults: 2, marker: page.nextMarker })
        expect(rest.value).toHaveLength(1)
        expect(rest.nextMarker).toBeUndefined()
      })
    })

    describe('cryptography', () => {
      it.each([
        ['RS256', 'sha256'],
        ['RS384', 'sha384'],
        ['RS512', 'sha512'],
        ['PS256', 'sha256'],
        ['PS384', 'sha384'],
        ['PS512', 'sha512'],
      ])('%s: another library verifies', async (alg, hash) => {
        const { key } = await service.createKey(LETTERS, { kty: 'RSA' })
        const { kid, value } = await service.sign(LETTERS, { alg, value: digestOf(hash) })
        expect(kid).toBe(key.kid)
        const padding = alg.startsWith('PS')
          ? {
              padding: constants.RSA_PKCS1_PSS_PADDING,
              saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
            }
          : { padding: constants.RSA_PKCS1_PADDING }
        expect(nodeVerify(hash, MESSAGE, { key: nodePublicKey(key), ...padding }, value)).toBe(true)
        const question = { alg, digest: digestOf(hash), value }
        expect(await service.verify(LETTERS, question)).toBe(true)
        expect(await service.verify(LETTERS, { ...question, value: randomBytes(256) })).toBe(false)
      })

      it.each([
        ['ES256', 'P-256', 'sha256', 64],
        ['ES384', 'P-384', 'sha384', 96],
        ['ES512', 'P-521', 'sha512', 132],
        ['ES256K', 'P-256K', 'sha256', 64],
      ] as const)('%s: another library verifies', async (alg, crv, hash, length) => {
        const { key } = await service.createKey('k', { kty: 'EC', crv })
        const { value } = await service.sign('k', { alg, value: digestOf(hash) })
        expect(value).toHaveLength(length)
        const verifier = { key: nodePublicKey(key), dsaEncoding: 'ieee-p1363' as const }
        expect(nodeVerify(hash, MESSAGE, verifier, value)).toBe(true)
        const question = { alg, digest: digestOf(hash), value }
        expect(await service.verify('k', question)).toBe(true)
        expect(await service.verify('k', { ...question, value: value.slice(1) })).toBe(false)
      })

      it('a digest of the wrong length is refused with the length that is right', async () => {
        await service.createKey('k', { kty: 'EC' })
        const { status, message } = await refusalOf(() =>
          service.sign('k', { alg: 'ES256', value: randomBytes(44) }),
        )
        expect(status).toBe(400)
        expect(message).toContain(
          "Invalid length of 'value': 44 bytes. ES256 requires 32 bytes, encoded with base64url.",
        )
      })

      it.each([
        ['RSA-OAEP', 'sha1'],
        ['RSA-OAEP-256', 'sha256'],
      ])(
        '%s: opens what another library encrypted, both as value and as key',
        async (alg, oaepHash) => {
          const { key } = await service.createKey(LETTERS, { kty: 'RSA' })
          const padding = constants.RSA_PKCS1_OAEP_PADDING
          const value = publicEncrypt({ key: nodePublicKey(key), padding, oaepHash }, MESSAGE)
          expect(MESSAGE.equals((await service.decrypt(LETTERS, { alg, value })).value)).toBe(true)
          expect(MESSAGE.equals((await service.unwrapKey(LETTERS, { alg, value })).value)).toBe(
            true,
          )
        },
      )

      it.each(['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'])(
        '%s: decrypt inverts encrypt',
        async (alg) => {
          await service.createKey(LETTERS, { kty: 'RSA' })
          const { value } = await service.encrypt(LETTERS, { alg, value: MESSAGE })
          expect(MESSAGE.equals((await service.decrypt(LETTERS, { alg, value })).value)).toBe(true)
          const wrapped = await service.wrapKey(LETTERS, { alg, value: MESSAGE })
          const unwrapped = await service.unwrapKey(LETTERS, { alg, value: wrapped.value })
          expect(MESSAGE.equals(unwrapped.value)).toBe(true)
        },
      )

      it('whatever does not decrypt has one answer', async () => {
        await service.createKey(LETTERS, { kty: 'RSA' })
        for (const alg of ['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256']) {
          for (const value of [
            new Uint8Array(256),
            new Uint8Array(255),
            new Uint8Array(256).fill(255),
          ]) {
            const { status, code, message } = await refusalOf(() =>
              service.decrypt(LETTERS, { alg, value }),
            )
            expect([status, code]).toEqual([400, 'BadParameter'])
            expect(message).toContain(
              alg === 'RSA1_5'
                ? 'The parameter is incorrect.'
                : 'Error occurred while decoding OAEP padding.',
            )
          }
        }
      })

      if (isManaged) describeSymmetric(() => service, refusalOf)
    })

    describe('ML-DSA', () => {
      const describeIt = isManaged ? describeMlDsa : describeNoMlDsa
      describeIt(() => subject, refusalOf)
    })

    describe('secure wrap', () => {
      if (!isManaged) return describeNoSecureWrap(() => subject, refusalOf)
      beforeEach(() => use(TRUSTING))
      describeSecureWrap(() => subject, refusalOf, LETTERS)
    })
  })
}

function describeSymmetric(current: () => Service, refusalOf: RefusalOf): void {
  it.each([128, 192, 256])(
    'A%iGCM: decrypt inverts encrypt, and a wrong tag is refused',
    async (bits) => {
      const service = current()
      await service.createKey('k', { kty: 'oct', keySize: bits })
      const alg = `A${bits}GCM`
      const aad = Buffer.from('header')
      const sealed = await service.encrypt('k', { alg, value: MESSAGE, aad })
      const { value, iv, tag } = sealed
      expect([value.length, iv?.length, tag?.length]).toEqual([MESSAGE.length, 12, 16])
      const opened = await service.decrypt('k', { alg, value, iv, tag, aad })
      expect(MESSAGE.equals(opened.value)).toBe(true)
      const wrong = { alg, value, iv, tag: randomBytes(16), aad }
      expect(await refusalOf(() => service.decrypt('k', wrong))).toMatchObject({ status: 400 })
    },
  )

  it.each([128, 192, 256])(
    'A%iCBC fills with zeros and leaves them, A%iCBCPAD does not',
    async (bits) => {
      const service = current()
      await service.createKey('k', { kty: 'oct', keySize: bits })
      const iv = randomBytes(16)
      const letter = Buffer.alloc(200, 7)
      const zeros = await service.encrypt('k', { alg: `A${bits}CBC`, value: letter, iv })
      expect(zeros.value).toHaveLength(208)
      expect(Buffer.from(zeros.iv ?? []).equals(iv)).toBe(true)
      const left = await service.decrypt('k', { alg: `A${bits}CBC`, value: zeros.value, iv })
      expect(Buffer.concat([letter, Buffer.alloc(8)]).equals(left.value)).toBe(true)
      const padded = await service.encrypt('k', { alg: `A${bits}CBCPAD`, value: letter, iv })
      const taken = await service.decrypt('k', { alg: `A${bits}CBCPAD`, value: padded.value, iv })
      expect(letter.equals(taken.value)).toBe(true)
    },
  )

  it('A256KW wraps as RFC 3394 section 4.6', async () => {
    const service = current()
    const k = Buffer.from([...Array(32).keys()]).toString('base64url')
    await service.importKey('k', { kty: 'oct', k })
    const key = Buffer.from(
      '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f',
      'hex',
    )
    const { value } = await service.wrapKey('k', { alg: 'A256KW', value: key })
    expect(Buffer.from(value).toString('hex')).toBe(
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    )
    const unwrapped = await service.unwrapKey('k', { alg: 'A256KW', value })
    expect(key.equals(unwrapped.value)).toBe(true)
  })

  it('random bytes come in any number from 1 to 128', async () => {
    const service = current()
    expect(await service.getRandomBytes(1)).toHaveLength(1)
    expect(await service.getRandomBytes(128)).toHaveLength(128)
    for (const count of [0, -1, 129]) {
      expect(await refusalOf(() => service.getRandomBytes(count))).toMatchObject({ status: 400 })
    }
  })
}

function nodePublicKey({ n, e, crv, x, y }: BundleKey): KeyObject {
  const jwk =
    n === undefined
      ? { kty: 'EC', crv: crv === 'P-256K' ? 'secp256k1' : crv, x, y }
      : { kty: 'RSA', n, e }
  return createPublicKey({ format: 'jwk', key: jwk as { kty: string } })
}
