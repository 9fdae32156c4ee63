import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import {
  contextTag,
  MAXIMUM_DER_LENGTH,
  readBitString,
  readDer,
  readExplicit,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
} from '../../src/encoding/read-der.ts'
import { writeOctetString, writeSequence } from '../../src/encoding/write-der.ts'
import { refusalOf } from '../refusal.ts'

const element = (hex: string) => readDer(hexToBytes(hex), 'the element')
const refusal = (call: () => unknown) => {
  const { code, message } = refusalOf(call)
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('an element', () => {
  it('is its identifier byte and its contents', () => {
    expect(element('0403010203')).toEqual({ tag: 4, content: Uint8Array.of(1, 2, 3) })
  })

  it('may have no contents', () => {
    expect(element('0500').content).toHaveLength(0)
  })

  it('states a length of 128 in two bytes, of 256 in three', () => {
    expect(element(`048180${'00'.repeat(128)}`).content).toHaveLength(128)
    expect(element(`04820100${'00'.repeat(256)}`).content).toHaveLength(256)
  })

  it.each([
    ['no bytes', '', 'ends early'],
    ['an identifier alone', '04', 'ends early'],
    ['contents that end early', '040300', 'ends early'],
    ['a length that ends early', '048201', 'ends early'],
    ['a length of more bytes than there are', '04ff01', 'ends early'],
    ['a length beyond all numbers', `04fe${'ff'.repeat(126)}`, 'ends early'],
    ['a byte after its end', '04010000', 'bytes after its end'],
    ['an indefinite length', '04800000', 'indefinite length'],
    ['a long form where the short would do', '04810100', 'not minimal'],
    ['a length with a leading zero', `04820080${'00'.repeat(128)}`, 'not minimal'],
    ['a tag number of its own bytes', '1f0100', 'tag number above 30'],
  ])('with %s is refused', (_, hex, problem) => {
    expect(refusal(() => element(hex))).toContain(`the element`)
    expect(refusal(() => element(hex))).toContain(problem)
  })

  it('of the greatest length is read, one byte more is not', () => {
    const longest = writeOctetString(new Uint8Array(MAXIMUM_DER_LENGTH - 4))
    expect(longest).toHaveLength(MAXIMUM_DER_LENGTH)
    expect(readDer(longest, 'the element').content).toHaveLength(MAXIMUM_DER_LENGTH - 4)
    const longer = writeOctetString(new Uint8Array(MAXIMUM_DER_LENGTH - 3))
    expect(refusal(() => readDer(longer, 'the element'))).toContain('too long')
  })
})

describe('a sequence', () => {
  it('is opened one level deep', () => {
    const elements = readSequence(element('3006020100300130'), 'it')
    expect(elements.map(({ tag, content }) => [tag, bytesToHex(content)])).toEqual([
      [0x02, '00'],
      [0x30, '30'],
    ])
  })

  it('may be empty', () => {
    expect(readSequence(element('3000'), 'it')).toEqual([])
  })

  it('nested as deep as the bytes allow does not overflow the stack', () => {
    let nested: Uint8Array = new Uint8Array()
    for (let i = 0; i < 5000; i++) nested = writeSequence(nested)
    expect(readSequence(readDer(nested, 'it'), 'it')).toHaveLength(1)
  })

  it('that is missing is refused by its name', () => {
    expect(refusal(() => readSequence(undefined, 'AlgorithmIdentifier'))).toContain(
      'AlgorithmIdentifier is missing',
    )
  })

  it('that is a set is refused', () => {
    expect(refusal(() => readSequence(element('3100'), 'it'))).toContain('another type')
  })

  it('with a torn element inside is refused', () => {
    expect(refusal(() => readSequence(element('30020401'), 'it'))).toContain('ends early')
  })
})

describe('an integer', () => {
  it.each([
    ['020100', 0n],
    ['02017f', 127n],
    ['02020080', 128n],
    ['0203010001', 65537n],
  ])('%s is %s', (hex, value) => {
    expect(readInteger(element(hex), 'n')).toBe(value)
  })

  it.each([
    ['without bytes', '0200', 'without bytes'],
    ['below zero', '0201ff', 'negative'],
    ['with a leading zero too many', '0202007f', 'not minimal'],
    ['that is a byte string', '040100', 'another type'],
  ])('%s is refused', (_, hex, problem) => {
    expect(refusal(() => readInteger(element(hex), 'n'))).toContain(problem)
  })

  it('is small up to 2^31 - 1', () => {
    expect(readSmallInteger(element('02047fffffff'), 'v')).toBe(0x7fffffff)
    expect(refusal(() => readSmallInteger(element('02050080000000'), 'v'))).toContain('range')
  })
})

describe('strings', () => {
  it('of bytes are primitive', () => {
    expect(readOctetString(element('0401aa'), 's')).toEqual(Uint8Array.of(0xaa))
    expect(refusal(() => readOctetString(element('24030401aa'), 's'))).toContain('another type')
  })

  it('of bits have whole bytes', () => {
    expect(readBitString(element('030200aa'), 's')).toEqual(Uint8Array.of(0xaa))
    expect(refusal(() => readBitString(element('030204a0'), 's'))).toContain('whole bytes')
    expect(refusal(() => readBitString(element('0300'), 's'))).toContain('whole bytes')
  })

  it('of bits may be implicitly tagged', () => {
    const tagged = element('810200aa')
    expect(readBitString(tagged, 's', contextTag(1, 'primitive'))).toEqual(Uint8Array.of(0xaa))
  })
})

describe('an object identifier', () => {
  it.each([
    ['06092a864886f70d010101', '1.2.840.113549.1.1.1'],
    ['06082a8648ce3d030107', '1.2.840.10045.3.1.7'],
    ['06052b8104000a', '1.3.132.0.10'],
    ['060100', '0.0'],
    ['0603883703', '2.999.3'],
  ])('%s is %s', (hex, oid) => {
    expect(readOid(element(hex), 'the algorithm')).toBe(oid)
  })

  it.each([
    ['without bytes', '0600'],
    ['that ends inside an arc', '06022a86'],
    ['with an arc that is not minimal', '06032a8001'],
    ['longer than any that is in use', `0621${'2a'.repeat(33)}`],
    ['that is an integer', '02012a'],
  ])('%s is refused', (_, hex) => {
    refusal(() => readOid(element(hex), 'the algorithm'))
  })
})

describe('an explicit tag', () => {
  it('holds one element', () => {
    expect(readExplicit(element('a003020105'), 0, 'it').tag).toBe(0x02)
  })

  it('of another number is refused', () => {
    expect(refusal(() => readExplicit(element('a103020105'), 0, 'it'))).toContain('another type')
  })

  it('with two elements is refused', () => {
    expect(refusal(() => readExplicit(element('a006020105020105'), 0, 'it'))).toContain(
      'after its end',
    )
  })
})

describe('errors', () => {
  it('contain no bytes of the input', () => {
    const secret = concatBytes(Uint8Array.of(0x04, 0x20), new Uint8Array(31).fill(0xab))
    const message = refusal(() => readDer(secret, 'the private key'))
    expect(message).not.toMatch(/ab|171/)
  })
})
