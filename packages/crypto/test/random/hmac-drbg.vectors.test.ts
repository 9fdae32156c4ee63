import { expect } from 'vitest'
import { bytesToHex, createHmacDrbg, hexToBytes } from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type DrbgCase = VectorCase<
  unknown,
  { hash: 'SHA-256'; entropy: string; nonce: string; personalization: string; out: string }
>

runVectors<DrbgCase>('hmac-drbg.json', {
  fields: ['hash', 'entropy', 'nonce', 'personalization', 'out'],
  run(item) {
    if (!item.valid) return expect.unreachable('every case of a random source is valid')
    const entropy = hexToBytes(item.entropy + item.nonce)
    const random = createHmacDrbg(entropy, hexToBytes(item.personalization))
    // DRBGVS discards the bytes of the first call.
    random(item.out.length / 2)
    expect(bytesToHex(random(item.out.length / 2))).toBe(item.out)
  },
})
