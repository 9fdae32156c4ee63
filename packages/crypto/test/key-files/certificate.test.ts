import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import {
  type CertificateContent,
  type CertificateIssuer,
  importCertificateKey,
  issueCertificate,
} from '../../src/key-files/certificate.ts'
import { writePemBlock } from '../../src/key-files/pem-blocks.ts'
import { exportSpki } from '../../src/key-files/spki.ts'
import type { CurveName } from '../../src/key-material.ts'
import { codeOf } from '../refusal.ts'
import { ecTestKey, nodePrivateKey, rsaTestKey, testRandom } from '../test-keys.ts'

const CONTENT: CertificateContent = {
  serialNumber: Uint8Array.of(0, 0x80, 1),
  subject: 'orders',
  publicKey: rsaTestKey(),
  notBefore: '20300101000000Z',
  notAfter: '20491231235959Z',
}

const ROOT: CertificateIssuer = { name: 'root', key: ecTestKey('P-256') }
const BETWEEN: CertificateIssuer = { name: 'between', key: rsaTestKey() }

const issued = (changes: Partial<CertificateContent> = {}, issuer = ROOT): Uint8Array =>
  issueCertificate({ ...CONTENT, ...changes }, issuer, testRandom('certificates'))

const read = (der: Uint8Array): X509Certificate => new X509Certificate(Buffer.from(der))

const rootCertificate = issued({ subject: 'root', publicKey: ROOT.key, pathLength: 1 })
const betweenCertificate = issued({ subject: 'between', publicKey: BETWEEN.key, pathLength: 0 })
const leafCertificate = issued({}, BETWEEN)

describe('a certificate, read by node:crypto', () => {
  it('holds the contents that were given', () => {
    const certificate = read(leafCertificate)
    expect(certificate.subject).toBe('CN=orders')
    expect(certificate.issuer).toBe('CN=between')
    expect(certificate.serialNumber).toBe('8001')
    expect(certificate.ca).toBe(false)
    expect(new Date(certificate.validFrom).toISOString()).toBe('2030-01-01T00:00:00.000Z')
    expect(new Date(certificate.validTo).toISOString()).toBe('2049-12-31T23:59:59.000Z')
  })

  it.each(['P-256', 'P-384', 'P-521', 'P-256K'] satisfies CurveName[])(
    'carries a key on %s and is signed by it',
    (crv) => {
      const key = ecTestKey(crv)
      const der = issued({ subject: 'self', publicKey: key }, { name: 'self', key })
      const { publicKey } = read(der)
      expect(publicKey.export({ type: 'spki', format: 'der' })).toEqual(
        Buffer.from(exportSpki(key)),
      )
      expect(read(der).verify(publicKey)).toBe(true)
      expect(bytesToHex(exportSpki(importCertificateKey(der)))).toBe(bytesToHex(exportSpki(key)))
    },
  )

  it('belongs to the private key of its public key', () => {
    expect(read(leafCertificate).checkPrivateKey(nodePrivateKey(rsaTestKey()))).toBe(true)
  })

  it('is issued by its issuer, and by no other certificate', () => {
    const [leaf, between, root] = [leafCertificate, betweenCertificate, rootCertificate].map(read)
    expect([between?.ca, root?.ca]).toEqual([true, true])
    expect(between !== undefined && leaf?.checkIssued(between)).toBe(true)
    expect(root !== undefined && between?.checkIssued(root)).toBe(true)
    expect(root !== undefined && leaf?.checkIssued(root)).toBe(false)
    expect(between !== undefined && leaf?.verify(between.publicKey)).toBe(true)
    expect(root !== undefined && between?.verify(root.publicKey)).toBe(true)
    expect(root !== undefined && leaf?.verify(root.publicKey)).toBe(false)
  })

  it('has dates from 1950 on, with the year 2049 as the last in two digits', () => {
    const dates = { notBefore: '19700101000000Z', notAfter: '99991231235959Z' }
    const der = issued(dates)
    expect(new Date(read(der).validFrom).getTime()).toBe(0)
    expect(new Date(read(der).validTo).toISOString()).toBe('9999-12-31T23:59:59.000Z')
    expect(Buffer.from(der).includes(Buffer.from('\x17\x0d700101000000Z'))).toBe(true)
    expect(Buffer.from(der).includes(Buffer.from('\x18\x0f99991231235959Z'))).toBe(true)
    expect(Buffer.from(issued()).includes(Buffer.from('\x17\x0d491231235959Z'))).toBe(true)
    const next = Buffer.from(issued({ notAfter: '20500101000000Z' }))
    expect(next.includes(Buffer.from('\x18\x0f20500101000000Z'))).toBe(true)
  })

  it.each([
    ['digitalSignature', '0780'],
    ['keyEncipherment', '0520'],
  ] as const)('says that its key is for %s', (keyUsage, bits) => {
    // The extension's identifier, critical, and its bit string.
    const extension = Buffer.from(`0603551d0f0101ff04040302${bits}`, 'hex')
    expect(Buffer.from(issued({ keyUsage })).includes(extension)).toBe(true)
  })

  it('is for signatures where it does not say', () => {
    expect(bytesToHex(issued({ keyUsage: 'digitalSignature' }))).toBe(bytesToHex(issued()))
  })

  it('has the same bytes for the same randomness', () => {
    expect(bytesToHex(issued())).toBe(bytesToHex(issued()))
  })
})

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).toString().startsWith('OpenSSL')
  } catch {
    return false
  }
})()

describe.runIf(hasOpenssl)('a chain of three, read by openssl', () => {
  const pem = (der: Uint8Array): string => writePemBlock('CERTIFICATE', der)

  it('verifies with the strict rules of RFC 5280', () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
    const file = (name: string, ...ders: readonly Uint8Array[]): string => {
      writeFileSync(join(folder, name), ders.map(pem).join(''))
      return join(folder, name)
    }
    try {
      const chain = ['-CAfile', file('root', rootCertificate)]
      const between = ['-untrusted', file('between', betweenCertificate)]
      const options = ['verify', '-x509_strict', '-check_ss_sig', '-attime', '1900000000']
      const answer = execFileSync('openssl', [
        ...options,
        ...chain,
        ...between,
        file('leaf', leafCertificate),
      ])
      expect(answer.toString()).toContain('leaf: OK')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('shows its extensions', () => {
    const show = (der: Uint8Array): string =>
      execFileSync('openssl', ['x509', '-noout', '-ext', EXTENSIONS], {
        input: pem(der),
      }).toString()
    const leaf = show(leafCertificate)
    expect(leaf).toMatch(/Basic Constraints: critical\n\s+CA:FALSE/)
    expect(leaf).toMatch(/Key Usage: critical\n\s+Digital Signature\n/)
    const between = show(betweenCertificate)
    expect(between).toMatch(/Basic Constraints: critical\n\s+CA:TRUE, pathlen:0/)
    expect(between).toMatch(/Key Usage: critical\n\s+Certificate Sign, CRL Sign\n/)
  })
})

const EXTENSIONS = 'basicConstraints,keyUsage'

describe('issueCertificate refuses', () => {
  it.each([
    ['zero', Uint8Array.of(0)],
    ['no bytes', new Uint8Array(0)],
    ['a negative number', Uint8Array.of(0x80)],
    ['21 bytes', new Uint8Array(21).fill(1)],
  ])('%s as its serial number', (_, serialNumber) => {
    expect(codeOf(() => issued({ serialNumber }))).toBe('INVALID_ARGUMENT')
  })

  it.each(['2030-01-01', '19491231235959Z', '203001010000Z', '300101000000Z'])(
    'the date %s',
    (notAfter) => {
      expect(codeOf(() => issued({ notAfter }))).toBe('INVALID_ARGUMENT')
    },
  )

  it('an issuer without private key', () => {
    const { privateKey: _, ...key } = ecTestKey('P-256')
    expect(codeOf(() => issued({}, { name: 'root', key }))).toBe('INVALID_ARGUMENT')
  })
})

describe('importCertificateKey', () => {
  it('reads a certificate of version 1, which has no version element', () => {
    const der = Buffer.from(V1, 'base64')
    const { publicKey } = read(der)
    expect(Buffer.from(exportSpki(importCertificateKey(der)))).toEqual(
      publicKey.export({ type: 'spki', format: 'der' }),
    )
  })

  it.each([0, 1, 40, 200])('refuses a certificate cut to %i bytes', (length) => {
    expect(codeOf(() => importCertificateKey(leafCertificate.subarray(0, length)))).toBe(
      'INVALID_KEY',
    )
  })

  it('refuses bytes after the certificate', () => {
    expect(codeOf(() => importCertificateKey(Uint8Array.of(...leafCertificate, 0)))).toBe(
      'INVALID_KEY',
    )
  })
})

/** Made with openssl 3.0: `ecparam -name prime256v1 -genkey`, `req -new -subj /CN=v1`, `x509 -req -signkey`. */
const V1 =
  'MIIBFjCBvQIUBPKLOIQn8rR4DChA7R+s8Gab+gEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCdjEwIBcNMjYxMTIyMDEzNzM1WhgPMjEyNjEwMjkwMTM3MzVaMA0xCzAJBgNVBAMMAnYxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuwq6GOAIw7p4N5Jp6p86MNPmexAy+Sfr28K1vOmrckmOIMKxZLnvByQrpEINoEaqCklNWFiIGxc+9XboPExKrjAKBggqhkjOPQQDAgNIADBFAiEA3GJTyDmE6BiVjxaEd+dtcNX+FvpJ9OCvMPrp/C3syhICIFb1sDKI+lAqBuOW2u2xulsBFuhWC1iquSxSqB4Elh0L'
