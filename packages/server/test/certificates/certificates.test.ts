/** Certificates as strict clients want them, in a folder that is read again. */

import 'reflect-metadata'
import { X509Certificate as NodeCertificate } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
} from '@peculiar/x509'
import { afterEach, describe, expect, it } from 'vitest'
import { ensureAuthority, ensureCertificates } from '../../src/certificates/ensure-certificates.ts'
import { namesOf } from '../../src/certificates/read-certificates.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2030, 0, 1)

const folders: string[] = []

function makeFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'pocket-hsm-certificates-')), 'made')
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(join(folder, '..'), { recursive: true })
})

const authorityOf = (folder: string) =>
  new X509Certificate(readFileSync(join(folder, 'ca.pem'), 'utf8'))

describe('the authority', () => {
  it('may sign certificates and nothing else', async () => {
    const folder = makeFolder()
    await ensureCertificates(folder, [], NOW)
    const certificate = authorityOf(folder)
    const constraints = certificate.getExtension(BasicConstraintsExtension)
    expect(constraints).toMatchObject({ ca: true, pathLength: 0, critical: true })
    const usage = certificate.getExtension(KeyUsagesExtension)
    expect(usage).toMatchObject({
      usages: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
      critical: true,
    })
    expect(certificate.getExtension('2.5.29.14')).not.toBeNull()
    expect(await certificate.isSelfSigned()).toBe(true)
  })

  it('has a key that nobody else can read', async () => {
    const folder = makeFolder()
    await ensureCertificates(folder, [], NOW)
    const mode = (path: string) => statSync(path).mode & 0o777
    expect(mode(folder)).toBe(0o700)
    expect(mode(join(folder, 'ca-key.pem'))).toBe(0o600)
    expect(mode(join(folder, 'server.pem'))).toBe(0o600)
    expect(readFileSync(join(folder, 'ca.pem'), 'utf8')).not.toContain('PRIVATE')
  })

  it.skipIf(process.platform === 'win32')(
    'is made private if others can read its key',
    async () => {
      const folder = makeFolder()
      await ensureAuthority(folder, NOW)
      chmodSync(join(folder, 'ca-key.pem'), 0o644)
      await ensureAuthority(folder, NOW)
      expect(statSync(join(folder, 'ca-key.pem')).mode & 0o777).toBe(0o600)
    },
  )

  it.skipIf(process.platform === 'win32').each(['ca-key.pem', 'server.pem'])(
    'is refused if others can write %s',
    async (name) => {
      const folder = makeFolder()
      await ensureCertificates(folder, [], NOW)
      chmodSync(join(folder, name), 0o666)
      await expect(ensureCertificates(folder, [], NOW)).rejects.toMatchObject({
        code: 'BadCertificate',
        message: expect.stringContaining(`${name} is refused: others than its owner can write it`),
      })
    },
  )

  it('stays the same from start to start', async () => {
    const folder = makeFolder()
    const first = await ensureAuthority(folder, NOW)
    expect(await ensureAuthority(folder, NOW + 1000 * DAY)).toEqual(first)
  })

  it('is another in another folder, by name too', async () => {
    const [first, second] = await Promise.all(
      [makeFolder(), makeFolder()].map((folder) => ensureAuthority(folder, NOW)),
    )
    const subjects = [first, second].map((each) => new X509Certificate(each?.cert ?? '').subject)
    expect(subjects[0]).not.toBe(subjects[1])
  })

  it('is made anew a month before it expires', async () => {
    const folder = makeFolder()
    const first = await ensureCertificates(folder, [], NOW)
    const before = authorityOf(folder)
    const later = NOW + 3621 * DAY
    const second = await ensureCertificates(folder, [], later)
    expect(authorityOf(folder).equal(before)).toBe(false)
    expect(second.cert).not.toBe(first.cert)
    expect(
      new NodeCertificate(second.cert).verify(
        new NodeCertificate(authorityOf(folder).toString('pem')).publicKey,
      ),
    ).toBe(true)
  })

  it('is one where several servers start at the same time', async () => {
    const folder = makeFolder()
    const made = await Promise.all([1, 2, 3, 4].map(() => ensureAuthority(folder, NOW)))
    expect(new Set(made.map(({ cert }) => cert)).size).toBe(1)
    expect(readdirSync(folder).sort()).toEqual(['ca-key.pem', 'ca.pem'])
  })

  it('that was damaged is made anew', async () => {
    const folder = makeFolder()
    await ensureCertificates(folder, [], NOW)
    writeFileSync(join(folder, 'ca-key.pem'), 'nothing')
    const { cert } = await ensureCertificates(folder, [], NOW)
    const authority = new NodeCertificate(readFileSync(join(folder, 'ca.pem')))
    expect(new NodeCertificate(cert).verify(authority.publicKey)).toBe(true)
  })
})

describe('the certificate of a server', () => {
  it('is for servers, and no authority', async () => {
    const folder = makeFolder()
    const { cert } = await ensureCertificates(folder, [], NOW)
    const certificate = new X509Certificate(cert)
    expect(certificate.getExtension(BasicConstraintsExtension)).toMatchObject({
      ca: false,
      critical: true,
    })
    expect(certificate.getExtension(KeyUsagesExtension)).toMatchObject({
      usages: KeyUsageFlags.digitalSignature,
      critical: true,
    })
    expect(new NodeCertificate(cert).keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.getExtension('2.5.29.14')).not.toBeNull()
    expect(certificate.getExtension('2.5.29.35')).not.toBeNull()
  })

  it('is for no longer than clients accept', async () => {
    const { cert } = await ensureCertificates(makeFolder(), [], NOW)
    const { notBefore, notAfter } = new X509Certificate(cert)
    expect((Number(notAfter) - Number(notBefore)) / DAY).toBeLessThanOrEqual(398)
  })

  it('is for this machine and the names that were given', async () => {
    const { cert } = await ensureCertificates(
      makeFolder(),
      ['Contoso.managedhsm.azure.net', '10.0.0.7'],
      NOW,
    )
    const own = ['localhost', '*.localhost', '127.0.0.1', '::1']
    expect(namesOf({ cert, key: '' })).toEqual([...own, 'contoso.managedhsm.azure.net', '10.0.0.7'])
  })

  it('stays the same for the same names', async () => {
    const folder = makeFolder()
    const first = await ensureCertificates(folder, ['a.test', '::2'], NOW)
    expect(await ensureCertificates(folder, ['::2', 'A.test'], NOW)).toEqual(first)
  })

  it('is made anew for another name, under the same authority, and is for the old ones too', async () => {
    const folder = makeFolder()
    await ensureCertificates(folder, ['a.test'], NOW)
    const before = authorityOf(folder)
    const { cert } = await ensureCertificates(folder, ['b.test'], NOW)
    expect(authorityOf(folder).equal(before)).toBe(true)
    expect(namesOf({ cert, key: '' })).toEqual(expect.arrayContaining(['a.test', 'b.test']))
  })

  it('is made anew a month before it expires', async () => {
    const folder = makeFolder()
    const first = await ensureCertificates(folder, [], NOW)
    expect(await ensureCertificates(folder, [], NOW + 360 * DAY)).toEqual(first)
    expect(await ensureCertificates(folder, [], NOW + 370 * DAY)).not.toEqual(first)
  })
})

describe('a folder', () => {
  it('that cannot be one is told by name', async () => {
    const folder = makeFolder()
    await ensureAuthority(folder, NOW)
    const file = join(folder, 'ca.pem')
    await expect(ensureCertificates(file, [], NOW)).rejects.toMatchObject({
      code: 'BadCertificate',
      message: expect.stringContaining(file),
    })
  })
})
