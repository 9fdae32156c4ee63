import { describe, expect, it } from 'vitest'
import {
  pemBytes,
  readCertificatePem,
  readPemBlocks,
  writePemBlock,
} from '../../src/key-files/pem-blocks.ts'
import { refusalOf } from '../refusal.ts'

describe('a PEM block', () => {
  it.each([0, 1, 47, 48, 49, 96, 1000])('of %i bytes is read as it was written', (length) => {
    const bytes = new Uint8Array(length).map((_, i) => i)
    const [block, ...more] = readPemBlocks(writePemBlock('X509 CRL', bytes))
    expect(more).toEqual([])
    expect(block?.label).toBe('X509 CRL')
    expect(block && pemBytes(block)).toEqual(bytes)
  })

  it('of 48 bytes is one line of 64 characters', () => {
    expect(writePemBlock('X', new Uint8Array(48))).toBe(
      `-----BEGIN X-----\n${'A'.repeat(64)}\n-----END X-----\n`,
    )
  })

  it('has its headers apart from its lines', () => {
    const text = '-----BEGIN X-----\nA: b:c\nDEK-Info : d\n\nAAAA\n-----END X-----'
    const [block] = readPemBlocks(text)
    expect(block && [...block.headers]).toEqual([
      ['a', 'b:c'],
      ['dek-info', 'd'],
    ])
    expect(block && pemBytes(block)).toEqual(new Uint8Array(3))
  })

  it('of headers alone holds nothing', () => {
    const [block] = readPemBlocks('-----BEGIN X-----\nA: b\n-----END X-----')
    expect(block && [...block.headers]).toEqual([['a', 'b']])
    expect(block && pemBytes(block)).toEqual(new Uint8Array())
  })

  it('without headers has none', () => {
    const [block] = readPemBlocks(writePemBlock('X', Uint8Array.of(1)))
    expect(block?.headers.size).toBe(0)
  })

  it('may be one of many', () => {
    const text = ['A', 'B', 'C'].map((label) => writePemBlock(label, new Uint8Array(3))).join('?\n')
    expect(readPemBlocks(text).map(({ label }) => label)).toEqual(['A', 'B', 'C'])
  })

  it('has a label of capitals, digits, spaces and hyphens', () => {
    expect(readPemBlocks('-----BEGIN x-----\n-----END x-----')).toEqual([])
    expect(readPemBlocks('-----BEGIN RSA-PSS X9-----\n-----END RSA-PSS X9-----')).toHaveLength(1)
  })
})

describe('readCertificatePem', () => {
  const key = writePemBlock('PRIVATE KEY', Uint8Array.of(1))
  const [first, second] = [2, 3].map((byte) => writePemBlock('CERTIFICATE', Uint8Array.of(byte)))

  it('reads the first certificate, also behind a key', () => {
    expect(readCertificatePem(`${key}${first}${second}`)).toEqual(Uint8Array.of(2))
  })

  it('refuses a text without one', () => {
    expect(refusalOf(() => readCertificatePem(key))).toEqual({
      code: 'INVALID_KEY',
      message: 'The PEM holds no certificate.',
    })
  })
})
