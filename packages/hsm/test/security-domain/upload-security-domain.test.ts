import { createPrivateKey, X509Certificate } from 'node:crypto'
import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  createSecurityDomainUpload,
  type DomainWrappingKey,
  type DomainWrappingPem,
  decrypt,
  downloadSecurityDomain,
  encrypt,
  exportFullBackup,
  exportState,
  getKey,
  getSecurityDomainUpload,
  getTransferKey,
  type Hsm,
  importFullBackup,
  readActivation,
  restoreKey,
  type SecurityDomainUploadParameters,
  toBase64url,
  uploadSecurityDomain,
  viewHsm,
} from '../../src/index.ts'
import { badParameter, type Refusal, refusalOf, worded } from '../refusal.ts'
import { PROFILES, testHsm } from '../test-hsm.ts'
import { certificates, choices, wrappingKeys } from './wrapping-keys.ts'

const VALUE = Uint8Array.of(1, 2, 3)

const CONFLICT: Refusal = {
  status: 409,
  code: 'Conflict',
  message:
    'The Managed HSM is already activated. A security domain can only be uploaded to one that is not.',
}

/** An HSM with a key, a backup of that key, and what it encrypted. */
function lostHsm() {
  const { hsm } = testHsm({ seed: 'lost' })
  createKey(hsm, 'orders', { kty: 'oct-HSM' })
  const { value, iv, tag } = encrypt(hsm, 'orders', { alg: 'A256GCM', value: VALUE })
  const { key } = getKey(hsm, 'orders')
  return { hsm, backup: backupKey(hsm, 'orders'), sealed: { value, iv, tag }, kid: key.kid }
}

const lost = lostHsm()
const freshHsm = (): Hsm => testHsm({ seed: 'fresh', activated: false }).hsm
const domainOf = (count: number, required: number): string =>
  downloadSecurityDomain(lost.hsm, { certificates: certificates(count), required })

const domain = domainOf(3, 2)
const transferKey = getTransferKey(freshHsm())
const uploadOf = (
  text = domain,
  keys: SecurityDomainUploadParameters['keys'] = wrappingKeys(2),
): string => createSecurityDomainUpload(text, { keys, transferKey })

describe('an HSM with an uploaded domain', () => {
  const hsm = freshHsm()
  uploadSecurityDomain(hsm, uploadOf())

  it('is activated', () => {
    expect(readActivation(hsm)).toBe('Active')
    expect(getSecurityDomainUpload(hsm)).toEqual({
      status: 'Success',
      statusDetails: 'The resource is active.',
    })
  })

  it('restores the backups of the HSM that is lost, whose keys decrypt what they encrypted', () => {
    expect(restoreKey(hsm, lost.backup).key.kid).toBe(lost.kid)
    const { value, iv, tag } = lost.sealed
    expect(decrypt(hsm, 'orders', { alg: 'A256GCM', value, iv, tag }).value).toEqual(VALUE)
  })

  it('makes backups that the other restores', () => {
    createKey(hsm, 'later', { kty: 'oct-HSM' })
    expect(restoreKey(lostHsm().hsm, backupKey(hsm, 'later')).key.kty).toBe('oct-HSM')
  })

  it('restores the full backup of the HSM that is lost, and stays activated by what was uploaded', () => {
    const { blobs } = exportFullBackup(lostHsm().hsm)
    const fresh = freshHsm()
    uploadSecurityDomain(fresh, uploadOf())
    importFullBackup(fresh, blobs)
    expect(getKey(fresh, 'orders').key.kid).toBe(lost.kid)
    expect(getSecurityDomainUpload(fresh).status).toBe('Success')
    const { blobs: again } = exportFullBackup(fresh)
    importFullBackup(testHsm({ seed: 'lost' }).hsm, again)
    const foreign = testHsm({ seed: 'foreign' }).hsm
    expect(refusalOf(() => importFullBackup(foreign, blobs)).code).toBe('MalformedBackupBlob')
  })

  it('downloads the domain that was uploaded, for a third HSM', () => {
    const again = downloadSecurityDomain(hsm, { certificates: certificates(3) })
    const third = testHsm({ seed: 'third', activated: false }).hsm
    const parameters = { keys: wrappingKeys(2), transferKey: getTransferKey(third) }
    uploadSecurityDomain(third, createSecurityDomainUpload(again, parameters))
    expect(restoreKey(third, lost.backup).key.kid).toBe(lost.kid)
  })

  it('takes the same domain again, as a client sends it that has lost the response', () => {
    const before = exportState(hsm)
    uploadSecurityDomain(hsm, uploadOf())
    expect(exportState(hsm)).toEqual(before)
  })

  it('refuses another domain', () => {
    const other = testHsm({ seed: 'other' }).hsm
    const text = downloadSecurityDomain(other, { certificates: certificates(3) })
    const before = exportState(hsm)
    const call = () => uploadSecurityDomain(hsm, uploadOf(text))
    expect(refusalOf(call)).toEqual(worded(CONFLICT, 'managed-hsm'))
    expect(exportState(hsm)).toEqual(before)
  })
})

describe('every choice of keys restores a domain', () => {
  it.each([
    [3, 2],
    [3, 3],
    [5, 3],
  ])('of %i certificates with %i required', (count, required) => {
    const text = domainOf(count, required)
    for (const keys of choices(wrappingKeys(count), required)) {
      const hsm = freshHsm()
      uploadSecurityDomain(hsm, uploadOf(text, keys))
      expect(restoreKey(hsm, lost.backup).key.kid).toBe(lost.kid)
    }
  })

  it('ten of ten, and in any order', () => {
    const hsm = freshHsm()
    uploadSecurityDomain(hsm, uploadOf(domainOf(10, 10), wrappingKeys(10).toReversed()))
    expect(readActivation(hsm)).toBe('Active')
  })

  it('more than are required', () => {
    const hsm = freshHsm()
    uploadSecurityDomain(hsm, uploadOf(domain, wrappingKeys(3)))
    expect(readActivation(hsm)).toBe('Active')
  })
})

describe('the transfer key', () => {
  it('is a JWK with one certificate, which names the host and is signed by itself', () => {
    expect(transferKey).toEqual({
      e: 'AQAB',
      key_ops: ['wrapKey', 'verify', 'encrypt'],
      kid: 'not used',
      kty: 'RSA',
      n: expect.any(String),
      x5c: [expect.any(String)],
      x5t: expect.any(String),
      'x5t#S256': expect.any(String),
    })
    const certificate = new X509Certificate(Buffer.from(transferKey.x5c[0], 'base64'))
    expect(certificate.subject).toBe('CN=pocket.test')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({ n: transferKey.n })
    const digits = Buffer.from(transferKey['x5t#S256'], 'base64url').toString('hex')
    expect(digits).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  it('stays the same, also through another view', () => {
    const hsm = freshHsm()
    const view = viewHsm(hsm, { baseUrl: 'https://other.test' })
    expect(getTransferKey(hsm)).toEqual(transferKey)
    expect(getTransferKey(view)).toEqual(transferKey)
  })

  it('is another one for each HSM without a seed', () => {
    const [a, b] = [1, 2].map(() => getTransferKey(createHsm({ activated: false })).n)
    expect(a).not.toBe(b)
  })

  it('may be the PEM of its certificate, as the Azure CLI writes it', () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${transferKey.x5c[0]}\n-----END CERTIFICATE-----\n`
    const upload = createSecurityDomainUpload(domain, { keys: wrappingKeys(2), transferKey: pem })
    const hsm = freshHsm()
    uploadSecurityDomain(hsm, upload)
    expect(readActivation(hsm)).toBe('Active')
  })

  it('is refused by an HSM in use', () => {
    const { hsm } = testHsm()
    expect(refusalOf(() => getTransferKey(hsm))).toEqual(worded(CONFLICT, 'managed-hsm'))
    expect(refusalOf(() => uploadSecurityDomain(hsm, '{}'))).toEqual(
      worded(CONFLICT, 'managed-hsm'),
    )
  })

  it('is refused by an HSM that its own domain has activated', () => {
    const hsm = freshHsm()
    downloadSecurityDomain(hsm, { certificates: certificates(3) })
    expect(refusalOf(() => getTransferKey(hsm))).toEqual(worded(CONFLICT, 'managed-hsm'))
    expect(refusalOf(() => uploadSecurityDomain(hsm, uploadOf()))).toEqual(
      worded(CONFLICT, 'managed-hsm'),
    )
  })

  it.each(PROFILES.slice(1))('does not exist in a %s, nor does the rest', (profile) => {
    const { hsm } = testHsm({ profile })
    const none = badParameter('A vault has no security domain.')
    expect(refusalOf(() => getTransferKey(hsm))).toEqual(none)
    expect(refusalOf(() => uploadSecurityDomain(hsm, uploadOf()))).toEqual(none)
    expect(refusalOf(() => getSecurityDomainUpload(hsm))).toEqual(none)
  })
})

describe('an upload', () => {
  const upload = JSON.parse(uploadOf())
  const elsewhere = testHsm({ seed: 'elsewhere', activated: false }).hsm

  it('has a new master key of 32 bytes, wrapped for the exchange key, and the same tags', async () => {
    const again = JSON.parse(uploadOf())
    expect(again.WrappedKey.enc_key).not.toBe(upload.WrappedKey.enc_key)
    expect(again.EncData).not.toEqual(upload.EncData)
    expect(upload.EncData.data.map(({ tag }: { tag: string }) => tag)).toEqual([
      'hsm_backup',
      'base_enclave_backup',
      'partition_enclave_backup',
    ])
    const [key] = wrappingKeys(1) as [DomainWrappingKey]
    const forTest = JSON.parse(
      createSecurityDomainUpload(domain, {
        keys: wrappingKeys(2),
        transferKey: key.certificate,
      }),
    )
    const privateKey = createPrivateKey(key.exportPrivateKey())
    const { plaintext } = await compactDecrypt(forTest.WrappedKey.enc_key, privateKey)
    expect(plaintext).toHaveLength(32)
  })

  it('is the same for the same randomness', () => {
    const parameters = { keys: wrappingKeys(2), transferKey }
    const [a, b] = [1, 2].map(() => {
      let byte = 0
      const random = (length: number) => new Uint8Array(length).map(() => (byte = (byte + 7) % 251))
      return createSecurityDomainUpload(domain, { ...parameters, random })
    })
    expect(a).toBe(b)
  })

  const changed = (change: (copy: typeof upload) => void): string => {
    const copy = structuredClone(upload)
    change(copy)
    return JSON.stringify(copy)
  }

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'The upload must be a string of JSON.'],
    ['bytes', new Uint8Array(3), 'The upload must be a string of JSON.'],
    ['an empty text', '', 'The upload is not JSON.'],
    ['an endless text', ' '.repeat(262_145), 'The upload must have at most 262144 characters.'],
    ['null', 'null', 'The upload must be an object.'],
    ['a list', '[]', 'The upload must be an object.'],
    ['an empty object', '{}', 'The upload cannot be read: EncData must be an object.'],
    [
      'the domain itself',
      domain,
      'The upload is a security domain as it was downloaded: an upload is made of it with private keys.',
    ],
    [
      'another KDF',
      changed((copy) => {
        copy.EncData.kdf = 'hkdf'
      }),
      'The upload cannot be read: EncData.kdf must be sp108_kdf.',
    ],
    [
      'no items',
      changed((copy) => {
        copy.EncData.data = []
      }),
      'The upload cannot be read: EncData.data must be an array of 1 to 16 items.',
    ],
    [
      'too many items',
      changed((copy) => {
        copy.EncData.data = Array.from({ length: 17 }, () => copy.EncData.data[0])
      }),
      'The upload cannot be read: EncData.data must be an array of 1 to 16 items.',
    ],
    [
      'an item without its tag',
      changed((copy) => {
        copy.EncData.data[1].tag = undefined
      }),
      'The upload cannot be read: EncData.data[1].tag must be a string.',
    ],
    [
      'no wrapped key',
      changed((copy) => {
        copy.WrappedKey = undefined
      }),
      'The upload cannot be read: WrappedKey must be an object.',
    ],
    [
      'one for another HSM',
      createSecurityDomainUpload(domain, {
        keys: wrappingKeys(2),
        transferKey: getTransferKey(elsewhere),
      }),
      'The upload was made for another HSM: make one with the transfer key of this HSM.',
    ],
    [
      'one that claims to be for it',
      changed((copy) => {
        copy.WrappedKey.enc_key = JSON.parse(
          createSecurityDomainUpload(domain, {
            keys: wrappingKeys(2),
            transferKey: getTransferKey(elsewhere),
          }),
        ).WrappedKey.enc_key
      }),
      'The upload cannot be opened: it is damaged.',
    ],
    [
      'an exchanged tag',
      changed((copy) => {
        copy.EncData.data[0].tag = 'other'
      }),
      'The upload cannot be opened: it is damaged.',
    ],
    [
      'an item that is no JWE',
      changed((copy) => {
        copy.EncData.data[2].compact_jwe = 'a.b.c.d.e'
      }),
      'The upload cannot be opened: it is damaged.',
    ],
    [
      'a domain without its main item',
      changed((copy) => {
        copy.EncData.data.shift()
      }),
      'The security domain was not made by pocket-hsm: it cannot be used here.',
    ],
  ])('is refused for %s, and nothing changes', (_, given, message) => {
    const hsm = freshHsm()
    const before = exportState(hsm)
    expect(refusalOf(() => uploadSecurityDomain(hsm, given as string))).toEqual(
      worded(badParameter(message), 'managed-hsm'),
    )
    expect(readActivation(hsm)).toBe('NotActivated')
    expect(exportState(hsm)).toEqual(before)
  })
})

describe('createSecurityDomainUpload', () => {
  const [first, second, third] = wrappingKeys(3) as [
    DomainWrappingKey,
    DomainWrappingKey,
    DomainWrappingKey,
  ]
  const pemOf = ({ certificate, exportPrivateKey }: DomainWrappingKey): DomainWrappingPem => ({
    certificate,
    privateKey: exportPrivateKey(),
  })
  const make = (
    keys: unknown,
    text: unknown = domain,
    more: Partial<SecurityDomainUploadParameters> = {},
  ) => {
    const parameters = { keys: keys as DomainWrappingKey[], transferKey, ...more }
    return createSecurityDomainUpload(text as string, parameters)
  }

  it('takes keys as PEM, one of them with a password', () => {
    const encrypted = createPrivateKey(second.exportPrivateKey()).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'swordfish',
    }) as string
    const withPassword = {
      certificate: second.certificate,
      privateKey: encrypted,
      password: 'swordfish',
    }
    const hsm = freshHsm()
    uploadSecurityDomain(hsm, make([pemOf(first), withPassword]))
    expect(readActivation(hsm)).toBe('Active')
  })

  const changed = (change: (copy: ReturnType<typeof JSON.parse>) => void): string => {
    const copy = JSON.parse(domain)
    change(copy)
    return JSON.stringify(copy)
  }

  it.each<[string, () => unknown, RegExp]>([
    ['too few keys', () => make([first]), /^The security domain needs 2 keys, not 1\.$/],
    [
      'too many keys',
      () => make(Array.from({ length: 11 }, () => first)),
      /^A security domain has at most 10 keys\.$/,
    ],
    [
      'a key twice',
      () => make([first, first]),
      /^The shares do not fit together: A share is given/,
    ],
    [
      'a key without a share',
      () => make([first, wrappingKeys(4)[3]]),
      /^keys\[1\]: its certificate has no share of the security domain\.$/,
    ],
    [
      'the private key of another certificate',
      () => make([pemOf(first), { ...pemOf(second), privateKey: third.exportPrivateKey() }]),
      /^keys\[1\]: the private key is not that of the certificate\.$/,
    ],
    [
      'a wrong password',
      () => make([first, { ...pemOf(second), privateKey: 'not PEM', password: 'x' }]),
      /^keys\[1\]\.privateKey cannot be read: The PEM holds no private key\.$/,
    ],
    [
      'a copy of a key pair, which has no private half',
      () => make([{ ...first }, second]),
      /^Unknown option "exportPrivateKey" of keys\[0\]/,
    ],
    [
      'no keys',
      () => make(undefined),
      /^The option "keys" of createSecurityDomainUpload is missing/,
    ],
    [
      'no transfer key',
      () => make([first, second], domain, { transferKey: undefined as never }),
      /^The option "transferKey" of createSecurityDomainUpload is missing/,
    ],
    [
      'a transfer key that is no certificate',
      () => make([first, second], domain, { transferKey: 'PEM' }),
      /^transferKey cannot be read: The PEM holds no certificate\.$/,
    ],
    ['an upload', () => make([first, second], uploadOf()), /SharedKeys must be an object\.$/],
    [
      'no domain',
      () => make([first, second], 7),
      /^The security domain must be a string of JSON\.$/,
    ],
    [
      'a share of another certificate',
      () =>
        make(
          [first, second],
          changed(({ SharedKeys: { enc_shares } }) => {
            enc_shares[0].enc_key = enc_shares[1].enc_key
          }),
        ),
      /^The security domain is damaged: the share of keys\[0\] cannot be opened\.$/,
    ],
    [
      'items of another domain',
      () =>
        make(
          [first, second],
          changed((copy) => {
            copy.EncData = JSON.parse(domainOf(3, 2)).EncData
          }),
        ),
      /^The security domain is damaged: what its shares seal cannot be opened\.$/,
    ],
    [
      'a quorum that was lowered',
      () =>
        make(
          [first, second],
          changed((copy) => {
            copy.SharedKeys = JSON.parse(domainOf(3, 3)).SharedKeys
            copy.SharedKeys.required = 2
          }),
        ),
      /^(The security domain is damaged: what its shares seal|The shares do not fit together)/,
    ],
    [
      'a quorum of one',
      () =>
        make(
          [first],
          changed((copy) => {
            copy.SharedKeys.required = 1
          }),
        ),
      /SharedKeys\.required must be a whole number from 2 to 10\.$/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(refusalOf(call)).toMatchObject({ status: 400, code: 'BadParameter' })
    expect(refusalOf(call).message).toMatch(message)
  })

  it('shows nothing of a private key in its errors', () => {
    const wrong = { ...pemOf(second), privateKey: first.exportPrivateKey() }
    const { message } = refusalOf(() => make([first, wrong]))
    expect(message).not.toMatch(/BEGIN|MII/)
  })
})

describe('a domain of createSecurityDomain', () => {
  it('goes through a download and an upload unchanged', () => {
    const securityDomain = createSecurityDomain()
    const here = createHsm({ securityDomain })
    createKey(here, 'orders', { kty: 'oct-HSM' })
    const text = downloadSecurityDomain(here, { certificates: certificates(3) })
    expect(text).not.toContain(toBase64url(backupKey(here, 'orders')).slice(0, 40))
    const there = createHsm({ activated: false })
    const parameters = { keys: wrappingKeys(2), transferKey: getTransferKey(there) }
    uploadSecurityDomain(there, createSecurityDomainUpload(text, parameters))
    expect(restoreKey(there, backupKey(here, 'orders')).key.kty).toBe('oct-HSM')
    expect(restoreKey(createHsm({ securityDomain }), backupKey(there, 'orders')).key.kty).toBe(
      'oct-HSM',
    )
  })
})
