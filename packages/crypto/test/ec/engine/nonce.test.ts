import { createHmacDrbg } from '@noble/curves/utils.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { withNonce } from '../../../src/ec/engine/nonce.ts'
import { leftmostBits } from '../../../src/ec/engine/scalar-bytes.ts'
import { bigIntToBytes, bytesToBigInt } from '../../../src/encoding/bytes.ts'
import { HASHES, type HashName, hmac } from '../../../src/hash/hashes.ts'
import { testRandom } from '../../test-keys.ts'

const NOTHING = new Uint8Array(0)

/** An order just above half its bits, so that many candidates are out of range, and bits that do not fill their bytes. */
const order = { n: bigIntToBytes(0x8234567n, 4), bits: 28 }

function input(label: string, extra: number) {
  const random = testRandom(label)
  const [d, z] = [random(4), random(4)]
  return { d, z: leftmostBits(z, order.bits, 4), extraEntropy: extra > 0 ? random(extra) : NOTHING }
}

/** The first `count` nonces. */
function nonces(hash: HashName, given: ReturnType<typeof input>, count: number): bigint[] {
  const found: bigint[] = []
  withNonce(hash, order, given, (k) => {
    found.push(bytesToBigInt(k))
    return found.length === count ? true : undefined
  })
  return found
}

/** The same by noble's generator. */
function expectedNonces(
  hash: HashName,
  { d, z, extraEntropy }: ReturnType<typeof input>,
  count: number,
) {
  const n = bytesToBigInt(order.n)
  const reduced = bigIntToBytes(bytesToBigInt(z) % n, 4)
  const found: bigint[] = []
  const generate = createHmacDrbg<boolean>(
    HASHES[hash].outputLen,
    4,
    (key: Uint8Array, message: Uint8Array) => hmac(hash, key, message),
  )
  generate(concatBytes(d, reduced, extraEntropy), (bytes) => {
    const k = bytesToBigInt(leftmostBits(bytes, order.bits, 4))
    if (k > 0n && k < n) found.push(k)
    return found.length === count ? true : undefined
  })
  return found
}

describe('the nonces of RFC 6979', () => {
  it.each(['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'with %s are those of another implementation, candidates out of range included',
    (hash) => {
      for (const extra of [0, 4, 66]) {
        const given = input(`${hash} ${extra}`, extra)
        expect(nonces(hash, given, 5)).toEqual(expectedNonces(hash, given, 5))
      }
    },
  )

  it('are in their range', () => {
    const found = nonces('SHA-256', input('range', 0), 50)
    expect(found.every((k) => k > 0n && k < bytesToBigInt(order.n))).toBe(true)
  })

  it('are wiped after use, also when that throws', () => {
    const kept: Uint8Array[] = []
    const failure = new Error('Out of order.')
    const use = (k: Uint8Array) => {
      kept.push(k)
      if (kept.length === 2) throw failure
      return undefined
    }
    expect(() => withNonce('SHA-256', order, input('wiped', 4), use)).toThrow(failure)
    expect(kept.map((k) => [...k])).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  it('leave their input as it is', () => {
    const given = input('input', 4)
    const before = structuredClone(given)
    nonces('SHA-256', given, 2)
    expect(given).toEqual(before)
  })
})
