import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counterKdf, deriveFromFixedInput } from '../../src/hash/counter-kdf.ts'
import { type HashName, hmac } from '../../src/hash/hashes.ts'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '../../src/index.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const NONE = new Uint8Array(0)
const range = (length: number) => Uint8Array.from({ length }, (_, i) => i)

describe('NIST CAVP, KDF in counter mode, HMAC_SHA512, counter before the fixed input, 32 bits', () => {
  it.each([
    [
      'COUNT=0',
      'dd5dbd45593ee2ac139748e7645b450f223d2ff297b73fd71cbcebe71d41653c950b88500de5322d99ef18dfdd30428294c4b3094f4c954334e593bd982ec614',
      'b50b0c963c6b3034b8cf19cd3f5c4ebe4f4985af0c03e575db62e6fdf1ecfe4f28b95d7ce16df85843246e1557ce95bb26cc9a21974bbd2eb69e8355',
      'e5993bf9bd2aa1c45746042e12598155',
    ],
    [
      'COUNT=10',
      '5be2bf7f5e2527e15fe65cde4507d98ba55457006867de9e4f36645bcff4ca38754f92898b1c5544718102593b8c26d45d1fceaea27d97ede9de8b9ebfe88093',
      '004b13c1f628cb7a00d9498937bf437b71fe196cc916c47d298fa296c6b86188073543bbc66b7535eb17b5cf43c37944b6ca1225298a9e563413e5bb',
      'cee0c11be2d8110b808f738523e718447d785878bbb783fb081a055160590072',
    ],
    [
      'COUNT=20',
      '9dd03864a31aa4156ca7a12000f541680ce0a5f4775eef1088ac13368200b447a78d0bf14416a1d583c54b0f11200ff4a8983dd775ce9c0302d262483e300ae6',
      '037369f142d669fca9e87e9f37ae8f2c8d506b753fdfe8a3b72f75cac1c50fa1f8620883b8dcb8dcc67adcc95e70aa624adb9fe1b2cb396692b0d2e8',
      '96e8d1bc01dc95c0bf42c3c38fc54c090373ced4',
    ],
  ])('%s', (_, key, fixed, derived) => {
    const length = derived.length / 2
    const made = deriveFromFixedInput('SHA-512', hexToBytes(key), hexToBytes(fixed), length)
    expect(bytesToHex(made)).toBe(derived)
  })
})

/** Made with KBKDFHMAC of pyca/cryptography 48.0.0: counter mode, rlen and llen 4, before the fixed input. */
describe('values of another implementation', () => {
  it.each([
    [
      'one block of SHA-512, as a security domain has it',
      'SHA-512',
      range(32),
      'hsm_backup',
      NONE,
      '2d34f55a1dd64e68d793ce19439e032e913bc2c83a99237a33c1bde888fb91da91626f37c72aaff2d718d3e7a37f0a39417a66839669da3c76fe4336aec9747c',
    ],
    [
      'three blocks with a context',
      'SHA-512',
      range(32),
      'hsm_backup',
      utf8ToBytes('orders'),
      '9f4540f074afc14124063ab9fd64ef4cdc5ea682a423bf2bc0a0a9ce0cf2615b42542bf91ab1bc7baec3561110a2e06c0755628ee7baa118b586335a307245f0cb20b971eea43a6744a0d0af6ec330f69d8cb1c0e8bd51d08ccd4f600935888ae0c6610bb942301158a697e8cbe50e0b04e691352a63bcd28f138ff3fa9dcc7d904e1c4e2a2ef5d0a8ec987b78b709e35582967901f5',
    ],
    [
      'a label that is not ASCII, SHA-256',
      'SHA-256',
      range(16),
      'naïve',
      Uint8Array.of(0, 1),
      '8818909adab9c37c9b21581d0178752bd4d97f6f23f3e5dd8a46824e00700bcc50f8227344c52fde1afd79f9813ee6aa17888a9d1d84e894915ce459aa766c70ebefcd12ea842c762b716ae888d07a1d6d15807da56f5851112f90fe2070dcb8673e1ee6',
    ],
    ['no key, SHA-1', 'SHA-1', NONE, 'label', NONE, 'a26c39350c401a9dd8476f5a5c1e33da699f43b696'],
    [
      'neither label nor context, SHA-384',
      'SHA-384',
      new Uint8Array(200),
      '',
      NONE,
      'd18ddb1941ddd42b543c1ef052abbc316ef32a38eea8ee632c23b11f4d379202669b1de8614cc642dcc48632288ccf2b',
    ],
  ] as const)('%s', (_, hash, key, label, context, derived) => {
    const made = counterKdf(hash, key, utf8ToBytes(label), context, derived.length / 2)
    expect(bytesToHex(made)).toBe(derived)
  })

  it('the self-test of the Azure CLI', () => {
    const key = new Uint8Array(32).fill(0x41)
    const made = counterKdf('SHA-512', key, utf8ToBytes('label'), utf8ToBytes('context'), 32)
    expect(bytesToHex(made)).toBe(
      'f0ca51f6308791404bf68b56024ee7c64d6c737716f81d47e1e68b5c4e399575',
    )
  })
})

describe('counterKdf', () => {
  it('derives HMACs of counter, label, zero, context and length in bits', () => {
    const hashes: readonly HashName[] = ['SHA-1', 'SHA-256', 'SHA-512']
    const some = () => fc.uint8Array({ maxLength: 40 })
    fc.assert(
      fc.property(
        fc.constantFrom(...hashes),
        some(),
        some(),
        some(),
        fc.integer({ min: 1, max: 200 }),
        (hash, key, label, context, length) => {
          const bits = Uint8Array.of(0, 0, (8 * length) >> 8, (8 * length) & 0xff)
          const fixed = concatBytes(label, Uint8Array.of(0), context, bits)
          const blocks = Array.from({ length: 10 }, (_, i) =>
            hmac(hash, key, concatBytes(Uint8Array.of(0, 0, 0, i + 1), fixed)),
          )
          expect(counterKdf(hash, key, label, context, length)).toEqual(
            concatBytes(...blocks).slice(0, length),
          )
        },
      ),
      runs(40),
    )
  })

  it('gives other bytes, not the beginning, where fewer are asked for', () => {
    const [long, short] = [64, 32].map((length) =>
      counterKdf('SHA-512', range(32), NONE, NONE, length),
    )
    expect(short).not.toEqual(long?.slice(0, 32))
  })

  it.each([0, -1, 1.5, 65_537, Number.NaN])('does not derive %d bytes', (length) => {
    expect(codeOf(() => counterKdf('SHA-512', NONE, NONE, NONE, length))).toBe('INVALID_ARGUMENT')
  })

  it('names an argument of a wrong type', () => {
    const wrong = 'hsm_backup' as unknown as Uint8Array
    const subjects = [
      () => counterKdf('SHA-512', wrong, NONE, NONE, 1),
      () => counterKdf('SHA-512', NONE, wrong, NONE, 1),
      () => counterKdf('SHA-512', NONE, NONE, wrong, 1),
    ].map((call) => refusalOf(call).message)
    expect(subjects).toEqual([
      'The key must be a Uint8Array, not a string.',
      'The label must be a Uint8Array, not a string.',
      'The context must be a Uint8Array, not a string.',
    ])
  })
})
