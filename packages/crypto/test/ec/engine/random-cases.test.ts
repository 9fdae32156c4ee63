import { createPublicKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CurveEngine } from '../../../src/ec/engine/ec-engine.ts'
import { leftmostBits } from '../../../src/ec/engine/scalar-bytes.ts'
import { createWasmEngine } from '../../../src/ec/engine/wasm-engine.ts'
import { CURVE_SHAPES } from '../../../src/ec/kernel/curve-shape.ts'
import { digest, type HashName } from '../../../src/hash/hashes.ts'
import type { CurveName, EcKey } from '../../../src/key-material.ts'
import { Secret } from '../../../src/secret.ts'
import { flipped } from '../../flip.ts'
import { runs } from '../../runs.ts'
import { nodePrivateKey, testRandom } from '../../test-keys.ts'
import { CURVE_NAMES } from '../kernel/kernel-numbers.ts'

const HASH_NAMES: readonly HashName[] = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const dsaEncoding = 'ieee-p1363'

describe.each(CURVE_NAMES)('random keys, hashes and messages on %s', (crv) => {
  const engine = engineOf(crv)
  const { bits } = CURVE_SHAPES[crv]
  const width = Math.ceil(bits / 8)
  const random = testRandom(`random cases ${crv}`)

  /** A number below 2^(bits - 1) is below the order. Some are short. */
  function keyPair(i: number) {
    const d = leftmostBits(random(width), bits - 1, width)
    if (i % 8 === 0) d.fill(0, 0, width - 1 - (i % width))
    d[width - 1] = (d[width - 1] ?? 0) | 1
    const publicKey = engine.publicKey(d)
    const key: EcKey = { kty: 'EC', crv, publicKey, privateKey: new Secret(d) }
    const privateKey = nodePrivateKey(key)
    return { d, publicKey, privateKey, nodePublicKey: createPublicKey(privateKey) }
  }

  it('give signatures that node:crypto verifies, and the other way round; one flipped bit never', () => {
    const { numRuns } = runs(500)
    let key = keyPair(0)
    for (let i = 0; i < numRuns; i++) {
      if (i % 5 === 0) key = keyPair(i)
      const { d, publicKey, privateKey, nodePublicKey } = key
      const hash = HASH_NAMES[i % 5] ?? 'SHA-256'
      const message = random(i % 70)
      const hashed = digest(hash, message)
      const bit = i * 7919
      const ours = engine.sign(hash, d, hashed, random(width))
      const nodeKey = { key: nodePublicKey, dsaEncoding } as const
      const theirs = nodeSign(hash, message, { key: privateKey, dsaEncoding })
      const found = [
        nodeVerify(hash, message, nodeKey, ours),
        engine.verify(publicKey, hashed, theirs),
        engine.verify(publicKey, hashed, ours),
        engine.verify(publicKey, hashed, flipped(theirs, bit)),
        engine.verify(publicKey, hashed, flipped(ours, bit + 1)),
      ]
      if (String(found) !== 'true,true,true,false,false') expect([i, d, found]).toBe('as it should')
    }
    expect(numRuns).toBeGreaterThanOrEqual(500)
  })
})

function engineOf(crv: CurveName): CurveEngine {
  const engine = createWasmEngine(crv)
  if (engine === undefined) throw new Error('This host cannot run the kernel.')
  return engine
}
