import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { compactDecrypt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  createDomainWrappingKey,
  createHsm,
  type DownloadSecurityDomainParameters,
  downloadSecurityDomain,
  exportState,
  getSecurityDomainDownload,
  type Hsm,
  readActivation,
  type WrappingCertificate,
} from '../../src/index.ts'
import { badParameter, refusalOf, worded } from '../refusal.ts'
import { PROFILES, testHsm } from '../test-hsm.ts'
import { certificates, wrappingKeys } from './wrapping-keys.ts'

const three = () => certificates(3)
const download = (hsm: Hsm, parameters: Partial<DownloadSecurityDomainParameters> = {}) =>
  downloadSecurityDomain(hsm, { certificates: three(), ...parameters })

/** A certificate as the Azure CLI sends it. */
function jwkOf(pem: string, changes: Record<string, unknown> = {}): WrappingCertificate {
  const { raw, publicKey } = new X509Certificate(pem)
  const { n, e } = publicKey.export({ format: 'jwk' })
  const digest = (hash: string) => createHash(hash).update(raw).digest('base64url')
  return {
    x5c: [raw.toString('base64')],
    x5t: digest('sha1'),
    'x5t#S256': digest('sha256'),
    key_ops: ['verify', 'encrypt', 'wrapKey'],
    kty: 'RSA',
    alg: 'RSA-OAEP-256',
    n,
    e,
    ...changes,
  } as WrappingCertificate
}

describe('the file of a download', () => {
  const { hsm } = testHsm()
  const file = JSON.parse(download(hsm, { required: 3 }))

  it('has the members that the Azure CLI reads', () => {
    expect(file).toEqual({
      EncData: {
        data: ['hsm_backup', 'base_enclave_backup', 'partition_enclave_backup'].map((tag) => ({
          compact_jwe: expect.any(String),
          tag,
        })),
        kdf: 'sp108_kdf',
      },
      SharedKeys: {
        enc_shares: three().map((pem) => ({
          enc_key: expect.any(String),
          x5t_256: createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url'),
        })),
        key_algorithm: 'shamir_share',
        required: 3,
      },
      version: 2,
    })
  })

  it('has a JWE for each certificate, which jose opens with its private key: 64 bytes of a share', async () => {
    for (const [index, key] of wrappingKeys(3).entries()) {
      const jwe = file.SharedKeys.enc_shares[index].enc_key
      const privateKey = createPrivateKey(key.exportPrivateKey())
      const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey)
      expect(protectedHeader).toEqual({
        alg: 'RSA-OAEP-256',
        enc: 'A256CBC-HS512',
        kid: 'not used',
      })
      expect(plaintext).toHaveLength(64)
      const words = new Uint16Array(new Uint8Array(plaintext).buffer)
      expect(words.every((word) => word >> 9 === index + 1)).toBe(true)
    }
  })

  it('has items that are encrypted directly, and name their key by their tag', () => {
    for (const { compact_jwe, tag } of file.EncData.data) {
      expect(decodeProtectedHeader(compact_jwe)).toEqual({
        alg: 'dir',
        enc: 'A256CBC-HS512',
        kid: tag,
      })
    }
  })
})

describe('a download', () => {
  it('activates an HSM that is not activated', () => {
    const { hsm } = testHsm({ activated: false })
    expect(readActivation(hsm)).toBe('NotActivated')
    download(hsm)
    expect(readActivation(hsm)).toBe('Active')
  })

  it('needs two keys to be restored where it is not said', () => {
    expect(JSON.parse(download(testHsm().hsm)).SharedKeys.required).toBe(2)
    expect(JSON.parse(download(testHsm().hsm, { required: undefined })).SharedKeys.required).toBe(2)
  })

  it('is the same for the same seed, and another one the second time', () => {
    const [one, two] = [1, 2].map(() => testHsm().hsm) as [Hsm, Hsm]
    const first = download(one)
    expect(download(two)).toBe(first)
    expect(download(one)).not.toBe(first)
  })

  it('takes certificates as the Azure CLI sends them, and with nothing but x5c', () => {
    const { hsm, hsm: other } = testHsm()
    const bare = three().map((pem) => ({ x5c: jwkOf(pem).x5c }))
    const full = three().map((pem) => jwkOf(pem))
    const [a, b] = [download(hsm, { certificates: bare }), download(other, { certificates: full })]
    const thumbprints = (text: string) =>
      JSON.parse(text).SharedKeys.enc_shares.map((share: { x5t_256: string }) => share.x5t_256)
    expect(thumbprints(a)).toEqual(thumbprints(b))
  })

  it('takes ten certificates, all of them required, with keys of different sizes', () => {
    const larger = createDomainWrappingKey({ keySize: 3072 })
    const ten = [...certificates(9), larger.certificate]
    const file = JSON.parse(download(testHsm().hsm, { certificates: ten, required: 10 }))
    expect(file.SharedKeys.enc_shares).toHaveLength(10)
  })
})

const [first, second, third] = three() as [string, string, string]
const small = `-----BEGIN CERTIFICATE-----
MIIBhTCB76ADAgECAgEBMA0GCSqGSIb3DQEBCwUAMAwxCjAIBgNVBAMMAXMwHhcN
-----END CERTIFICATE-----`

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'The option "certificates" of downloadSecurityDomain is missing.'],
  ['no array', first, 'A security domain needs 3 to 10 certificates.'],
  ['two certificates', [first, second], 'A security domain needs 3 to 10 certificates.'],
  [
    'eleven certificates',
    Array.from({ length: 11 }, () => first),
    'A security domain needs 3 to 10 certificates.',
  ],
  [
    'a certificate twice',
    [first, second, first],
    'certificates[2] has the same key as one before it.',
  ],
  [
    'a number for a certificate',
    [first, 7, third],
    'certificates[1] must be a certificate: a JWK with x5c, or PEM.',
  ],
  [
    'null for a certificate',
    [first, second, null],
    'certificates[2] must be a certificate: a JWK with x5c, or PEM.',
  ],
  [
    'a JWK without x5c',
    [{ kty: 'RSA' }, second, third],
    'certificates[0] must have a certificate in x5c.',
  ],
  ['an empty x5c', [{ x5c: [] }, second, third], 'certificates[0] must have a certificate in x5c.'],
  [
    'x5c that is not base64',
    [{ x5c: ['?'] }, second, third],
    'certificates[0] cannot be read: No base64 text has this length.',
  ],
  [
    'x5c that is endless',
    [{ x5c: ['A'.repeat(87_388)] }, second, third],
    'certificates[0] cannot be read: It is too long.',
  ],
  [
    'PEM of a key',
    [wrappingKeys(1)[0]?.exportPrivateKey(), second, third],
    'certificates[0] cannot be read: The PEM holds no certificate.',
  ],
  [
    'a certificate cut short',
    [small, second, third],
    'certificates[0] cannot be read: The DER is damaged: Certificate ends early.',
  ],
  [
    'another thumbprint',
    [first, jwkOf(second, { 'x5t#S256': jwkOf(first)['x5t#S256'] }), third],
    'certificates[1]: x5t#S256 is not that of its certificate.',
  ],
  [
    'another old thumbprint',
    [first, jwkOf(second, { x5t: 'AAAA' }), third],
    'certificates[1]: x5t is not that of its certificate.',
  ],
  [
    'the modulus of another',
    [first, jwkOf(second, { n: jwkOf(first).n }), third],
    'certificates[1]: n is not that of its certificate.',
  ],
  [
    'another exponent',
    [first, jwkOf(second, { e: 'AQAC' }), third],
    'certificates[1]: e is not that of its certificate.',
  ],
  [
    'another key type',
    [first, jwkOf(second, { kty: 'EC' }), third],
    'certificates[1]: kty is not that of its certificate.',
  ],
]

describe('a download of certificates', () => {
  it.each(REFUSED)('refuses %s, and changes nothing', (_, given, message) => {
    const { hsm } = testHsm({ activated: false })
    const before = exportState(hsm)
    const call = () => download(hsm, { certificates: given as string[] })
    expect(refusalOf(call)).toEqual(worded(badParameter(message), 'managed-hsm'))
    expect(exportState(hsm)).toEqual(before)
  })

  it('refuses a curve', () => {
    const certificate = withOpenssl(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'])
    if (certificate === undefined) return
    const call = () => download(testHsm().hsm, { certificates: [first, second, certificate] })
    expect(refusalOf(call).message).toMatch(/^certificates\[2\] must have an RSA key of 2048 bits/)
  })

  it('refuses 1024 bits, and takes what openssl makes of 2048', () => {
    const [weak, strong] = ['rsa:1024', 'rsa:2048'].map((key) => withOpenssl(['-newkey', key]))
    if (weak === undefined || strong === undefined) return
    const call = (certificate: string) => () =>
      download(testHsm().hsm, { certificates: [first, second, certificate] })
    expect(refusalOf(call(weak)).message).toMatch(/^certificates\[2\] must have an RSA key of 2048/)
    expect(call(strong)).not.toThrow()
  })

  it.each([1, 0, -2, 4, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d required of three',
    (required) => {
      expect(refusalOf(() => download(testHsm().hsm, { required }))).toEqual(
        worded(
          badParameter(
            Number.isNaN(required)
              ? 'The option "required" of downloadSecurityDomain must be a number, not NaN.'
              : 'required must be a whole number from 2 to the number of certificates, 3.',
          ),
          'managed-hsm',
        ),
      )
    },
  )

  it('names an unknown option and the nearest one', () => {
    const parameters = { certificates: three(), quorum: 2 } as never
    expect(refusalOf(() => downloadSecurityDomain(testHsm().hsm, parameters)).message).toMatch(
      /^Unknown option "quorum" of downloadSecurityDomain/,
    )
  })

  it.each(PROFILES.slice(1))('does not exist in a %s', (profile) => {
    const { hsm } = testHsm({ profile })
    expect(refusalOf(() => download(hsm))).toEqual(badParameter('A vault has no security domain.'))
    expect(refusalOf(() => getSecurityDomainDownload(hsm))).toEqual(
      badParameter('A vault has no security domain.'),
    )
  })
})

describe('createDomainWrappingKey', () => {
  const [pair] = wrappingKeys(1) as [ReturnType<typeof createDomainWrappingKey>]

  it('makes a certificate of its key, signed by itself, for key encipherment', () => {
    const certificate = new X509Certificate(pair.certificate)
    expect(certificate.subject).toBe('CN=officer 1')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(pair.exportPrivateKey()))).toBe(true)
    expect(certificate.ca).toBe(false)
  })

  it('prints nothing of its private half', () => {
    expect(JSON.stringify(pair)).not.toMatch(/PRIVATE/)
    expect(Object.keys(pair)).toEqual(['certificate', 'exportPrivateKey'])
  })

  it.each([
    [{ keySize: 1024 }, /keySize of a wrapping key must be 2048, 3072 or 4096/],
    [{ name: '' }, /name of a wrapping key must have 1 to 64 characters/],
    [{ name: 'a'.repeat(65) }, /name of a wrapping key must have 1 to 64 characters/],
    [{ bits: 2048 }, /Unknown option "bits" of createDomainWrappingKey/],
  ])('refuses %o', (options, message) => {
    expect(refusalOf(() => createDomainWrappingKey(options as never)).message).toMatch(message)
  })
})

/** A self-signed certificate of the openssl command; nothing where it is not installed. */
function withOpenssl(key: readonly string[]): string | undefined {
  try {
    const options = [
      'req',
      '-x509',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=a',
      '-keyout',
      '/dev/null',
    ]
    return execFileSync('openssl', [...options, ...key], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString()
  } catch {
    return undefined
  }
}

it('createHsm of any profile is activated unless it is said', () => {
  for (const profile of PROFILES) expect(readActivation(createHsm({ profile }))).toBe('Active')
})
