/** Deterministic and hedged: a case with `rnd` is hedged, one with `mu` signs µ in place of a message. */

import { expect } from 'vitest'
import { bytesToHex, hexToBytes, type MlDsaParameterSet } from '../../src/index.ts'
import { signWithExpandedKey } from '../../src/ml-dsa/ml-dsa.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type SigningCase = VectorCase<{
  alg: MlDsaParameterSet
  sk: string
  msg?: string
  ctx?: string
  mu?: string
  rnd?: string
  sig: string
}>

const NO_RANDOMNESS = '00'.repeat(32)

runVectors<SigningCase>('acvp-ml-dsa-sign.json.gz', {
  fields: ['alg', 'sk', 'msg', 'ctx', 'mu', 'rnd', 'sig'],
  run({ alg, sk, msg = '', ctx = '', mu, rnd = NO_RANDOMNESS, sig }) {
    const [message, parameters] =
      mu === undefined ? [msg, { context: hexToBytes(ctx) }] : [mu, { isExternalMu: true }]
    const [key, random] = [hexToBytes(sk), hexToBytes(rnd)]
    const made = signWithExpandedKey(alg, key, hexToBytes(message), parameters, random)
    expect(bytesToHex(made)).toBe(sig)
  },
})
