import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createHmacDrbg,
  type MlDsaParameterSet,
  makeMlDsaKey,
  mlDsaSign,
  mlDsaVerify,
} from '../../src/index.ts'
import { flipped } from '../flip.ts'
import { runs } from '../runs.ts'

const names = fc.constantFrom<MlDsaParameterSet>('ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87')
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
const messages = fc.uint8Array({ minLength: 1, maxLength: 300 })
const contexts = fc.uint8Array({ minLength: 1, maxLength: 255 })
const bits = fc.nat(40_000)

it('a signature verifies, and no longer once a bit of it, the message, the context or the key is flipped', () => {
  fc.assert(
    fc.property(names, seeds, messages, contexts, bits, (alg, seed, message, context, bit) => {
      const key = makeMlDsaKey(alg, seed)
      const signature = mlDsaSign(key, message, createHmacDrbg(seed), { context })
      expect(mlDsaVerify(key, message, signature, { context })).toBe(true)
      const altered = [
        mlDsaVerify(key, message, flipped(signature, bit), { context }),
        mlDsaVerify(key, flipped(message, bit), signature, { context }),
        mlDsaVerify(key, message, signature, { context: flipped(context, bit) }),
        mlDsaVerify({ ...key, publicKey: flipped(key.publicKey, bit) }, message, signature, {
          context,
        }),
      ]
      expect(altered).toEqual([false, false, false, false])
    }),
    runs(10),
  )
})

it('changes none of its arguments, and depends on nothing else', () => {
  fc.assert(
    fc.property(names, seeds, messages, contexts, (alg, seed, message, context) => {
      const [given, used] = [
        [seed, message, context],
        [seed, message, context].map((bytes) => Uint8Array.from(bytes)),
      ]
      const [a, b, c] = used as [Uint8Array, Uint8Array, Uint8Array]
      const run = () => mlDsaSign(makeMlDsaKey(alg, a), b, createHmacDrbg(a), { context: c })
      expect(run()).toEqual(run())
      expect(used).toEqual(given)
    }),
    runs(5),
  )
})
