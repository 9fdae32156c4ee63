/** Includes 4 cases of NIST CAVP "HMAC_DRBG.rsp", CAVS 14.3, no reseed, SHA-256: the second output of two is published. */

import { createHmac } from 'node:crypto'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHmacDrbg, instantiateHmacDrbg, resumeHmacDrbg } from '../../src/random/hmac-drbg.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'

const entropy = new Uint8Array(48).fill(1)

describe('createHmacDrbg', () => {
  it('rejects empty entropy', () => {
    expect(codeOf(() => createHmacDrbg(new Uint8Array(0)))).toBe('INVALID_ARGUMENT')
  })

  it.each([-1, 1.5, 65537, Number.NaN])('rejects a draw of %d bytes', (length) => {
    expect(codeOf(() => createHmacDrbg(entropy)(length))).toBe('INVALID_ARGUMENT')
  })

  it('returns 65536 bytes at once', () => {
    expect(createHmacDrbg(entropy)(65536)).toHaveLength(65536)
  })

  it('advances even for a draw of 0 bytes', () => {
    const advanced = createHmacDrbg(entropy)
    expect(advanced(0)).toHaveLength(0)
    expect(advanced(32)).not.toEqual(createHmacDrbg(entropy)(32))
  })

  it('treats empty personalization as none', () => {
    expect(createHmacDrbg(entropy, new Uint8Array(0))(32)).toEqual(createHmacDrbg(entropy)(32))
  })

  it('returns other bytes for another personalization', () => {
    const one = createHmacDrbg(entropy, Uint8Array.of(1))
    expect(one(32)).not.toEqual(createHmacDrbg(entropy, Uint8Array.of(2))(32))
  })

  it('is not affected by changes to an array that it returned', () => {
    const used = createHmacDrbg(entropy)
    used(32).fill(0)
    const other = createHmacDrbg(entropy)
    other(32)
    expect(used(32)).toEqual(other(32))
  })

  it('copies its entropy', () => {
    const original = Uint8Array.from(entropy)
    const random = createHmacDrbg(original)
    original.fill(0)
    expect(random(32)).toEqual(createHmacDrbg(entropy)(32))
  })
})

describe('the state of a source', () => {
  const state = () => instantiateHmacDrbg(entropy, Uint8Array.of(1))

  it('has 64 bytes, and resumes to the same source', () => {
    expect(state()).toHaveLength(64)
    const [resumed, made] = [resumeHmacDrbg(state()), createHmacDrbg(entropy, Uint8Array.of(1))]
    for (const length of [32, 0, 100]) expect(resumed(length)).toEqual(made(length))
  })

  it('is neither changed nor kept by its source', () => {
    const original = state()
    const random = resumeHmacDrbg(original)
    random(32)
    expect(original).toEqual(state())
    original.fill(0)
    expect(random(32)).not.toEqual(resumeHmacDrbg(state())(32))
  })

  it('needs entropy', () => {
    expect(codeOf(() => instantiateHmacDrbg(new Uint8Array(0)))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 32, 63, 65])('cannot have %d bytes', (length) => {
    expect(codeOf(() => resumeHmacDrbg(new Uint8Array(length)))).toBe('INVALID_ARGUMENT')
  })
})

describe('NIST CAVP HMAC_DRBG', () => {
  it.each([
    [
      'COUNT = 0',
      'ca851911349384bffe89de1cbdc46e6831e44d34a4fb935ee285dd14b71a7488',
      '659ba96c601dc69fc902940805ec0ca8',
      '',
      'e528e9abf2dece54d47c7e75e5fe302149f817ea9fb4bee6f4199697d04d5b89d54fbb978a15b5c443c9ec21036d2460b6f73ebad0dc2aba6e624abf07745bc107694bb7547bb0995f70de25d6b29e2d3011bb19d27676c07162c8b5ccde0668961df86803482cb37ed6d5c0bb8d50cf1f50d476aa0458bdaba806f48be9dcb8',
    ],
    [
      'COUNT = 1',
      '79737479ba4e7642a221fcfd1b820b134e9e3540a35bb48ffae29c20f5418ea3',
      '3593259c092bef4129bc2c6c9e19f343',
      '',
      'cf5ad5984f9e43917aa9087380dac46e410ddc8a7731859c84e9d0f31bd43655b924159413e2293b17610f211e09f770f172b8fb693a35b85d3b9e5e63b1dc252ac0e115002e9bedfb4b5b6fd43f33b8e0eafb2d072e1a6fee1f159df9b51e6c8da737e60d5032dd30544ec51558c6f080bdbdab1de8a939e961e06b5f1aca37',
    ],
    [
      'COUNT = 0 with personalization',
      '5cacc68165a2e2ee20812f35ec73a79dbf30fd475476ac0c44fc6174cdac2b55',
      '6f885496c1e63af620becd9e71ecb824',
      'e72dd8590d4ed5295515c35ed6199e9d211b8f069b3058caa6670b96ef1208d0',
      'f1012cf543f94533df27fedfbf58e5b79a3dc517a9c402bdbfc9a0c0f721f9d53faf4aafdc4b8f7a1b580fcaa52338d4bd95f58966a243cdcd3f446ed4bc546d9f607b190dd69954450d16cd0e2d6437067d8b44d19a6af7a7cfa8794e5fbd728e8fb2f2e8db5dd4ff1aa275f35886098e80ff844886060da8b1e7137846b23b',
    ],
    [
      'COUNT = 1 with personalization',
      '8df013b4d103523073917ddf6a869793059e9943fc8654549e7ab22f7c29f122',
      'da2625af2ddd4abcce3cf4fa4659d84e',
      'b571e66d7c338bc07b76ad3757bb2f9452bf7e07437ae8581ce7bc7c3ac651a9',
      'b91cba4cc84fa25df8610b81b641402768a2097234932e37d590b1154cbd23f97452e310e291c45146147f0da2d81761fe90fba64f94419c0f662b28c1ed94da487bb7e73eec798fbcf981b791d1be4f177a8907aa3c401643a5b62b87b89d66b3a60e40d4a8e4e9d82af6d2700e6f535cdb51f75c321729103741030ccc3a56',
    ],
  ])('%s', (_, input, nonce, personalization, returnedBits) => {
    const seed = concatBytes(hexToBytes(input), hexToBytes(nonce))
    const random = createHmacDrbg(seed, hexToBytes(personalization))
    random(128)
    expect(bytesToHex(random(128))).toBe(returnedBits)
  })
})

/** A second implementation of SP 800-90A Rev. 1 section 10.1.2, with the HMAC of node:crypto. */
function reference(seed: Uint8Array): (length: number) => Uint8Array {
  const mac = (key: Buffer, ...parts: Uint8Array[]) =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest()
  let k = Buffer.alloc(32, 0)
  let v = Buffer.alloc(32, 1)
  const update = (data: Uint8Array) => {
    for (const marker of data.length === 0 ? [0] : [0, 1]) {
      k = mac(k, v, Uint8Array.of(marker), data)
      v = mac(k, v)
    }
  }
  update(seed)
  return (length) => {
    let temp = Buffer.alloc(0)
    while (temp.length < length) {
      v = mac(k, v)
      temp = Buffer.concat([temp, v])
    }
    update(new Uint8Array(0))
    return new Uint8Array(temp.subarray(0, length))
  }
}

it('returns what a second implementation returns, for any sequence of lengths', () => {
  const seeds = fc.uint8Array({ minLength: 1, maxLength: 100 })
  const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 })
  fc.assert(
    fc.property(
      seeds,
      fc.uint8Array({ maxLength: 40 }),
      lengths,
      (seed, personalization, asked) => {
        const ours = createHmacDrbg(seed, personalization)
        const theirs = reference(concatBytes(seed, personalization))
        for (const length of asked) expect(ours(length)).toEqual(theirs(length))
      },
    ),
    runs(40),
  )
})
