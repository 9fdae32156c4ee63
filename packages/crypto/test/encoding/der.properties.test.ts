import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCryptoError } from '../../src/crypto-error.ts'
import {
  readBitString,
  readDer,
  readExplicit,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
} from '../../src/encoding/read-der.ts'
import {
  writeBitString,
  writeExplicit,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { runs } from '../runs.ts'

const WHAT = 'the value'

describe('DER', () => {
  it('integers come back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 8200n }), (n) => {
        expect(readInteger(readDer(writeInteger(n), WHAT), WHAT)).toBe(n)
      }),
      runs(200),
    )
  })

  it('strings come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000, size: 'max' }), (bytes) => {
        fc.pre(bytes.length < 65_000)
        expect(
          Buffer.compare(readOctetString(readDer(writeOctetString(bytes), WHAT), WHAT), bytes),
        ).toBe(0)
        expect(
          Buffer.compare(readBitString(readDer(writeBitString(bytes), WHAT), WHAT), bytes),
        ).toBe(0)
      }),
      runs(30),
    )
  })

  it('object identifiers come back', () => {
    const arcs = fc.tuple(
      fc.constantFrom('0', '1', '2'),
      fc.nat(39),
      fc.array(fc.nat(2 ** 31 - 1), { maxLength: 5 }),
    )
    fc.assert(
      fc.property(arcs, ([root, second, rest]) => {
        const oid = [root, second, ...rest].join('.')
        expect(readOid(readDer(writeOid(oid), WHAT), WHAT)).toBe(oid)
      }),
      runs(200),
    )
  })

  it('sequences and explicit tags hold what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 1n << 64n })), fc.nat(30), (numbers, tag) => {
        const sequence = writeSequence(...numbers.map(writeInteger), writeNull())
        const inside = readExplicit(readDer(writeExplicit(tag, sequence), WHAT), tag, WHAT)
        const elements = readSequence(inside, WHAT)
        expect(elements.slice(0, -1).map((element) => readInteger(element, WHAT))).toEqual(numbers)
      }),
      runs(100),
    )
  })

  it('has one form alone: bytes that can be read are written the same again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (content) => {
        for (const [tag, read, write] of FORMS) {
          const der = Uint8Array.of(tag, content.length, ...content)
          try {
            expect(write(read(der))).toEqual(der)
          } catch (error) {
            if (!isCryptoError(error)) throw error
            expect(error.code).toBe('INVALID_KEY')
          }
        }
      }),
      runs(1000),
    )
  })

  it('any bytes are opened or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          readSequence(readDer(bytes, WHAT), WHAT)
        } catch (error) {
          expect(isCryptoError(error) && error.code).toBe('INVALID_KEY')
        }
      }),
      runs(1000),
    )
  })
})

/** A type for each row: its tag, how it is read and how it is written again. */
const FORMS = [
  [
    0x02,
    (der: Uint8Array): bigint | string => readInteger(readDer(der, WHAT), WHAT),
    (value: bigint | string) => writeInteger(BigInt(value)),
  ],
  [
    0x06,
    (der: Uint8Array): bigint | string => readOid(readDer(der, WHAT), WHAT),
    (value: bigint | string) => writeOid(String(value)),
  ],
] as const
