import { expect } from 'vitest'
import {
  hexToBytes,
  type MlDsaParameterSet,
  makeMlDsaPublicKey,
  mlDsaVerify,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type VerificationCase = VectorCase<{
  alg: MlDsaParameterSet
  pk: string
  msg?: string
  ctx?: string
  mu?: string
  sig: string
}>

runVectors<VerificationCase>('acvp-ml-dsa-verify.json.gz', {
  fields: ['alg', 'pk', 'msg', 'ctx', 'mu', 'sig'],
  run({ alg, pk, msg = '', ctx = '', mu, sig, valid }) {
    const key = makeMlDsaPublicKey(alg, hexToBytes(pk))
    const [message, parameters] =
      mu === undefined ? [msg, { context: hexToBytes(ctx) }] : [mu, { isExternalMu: true }]
    expect(mlDsaVerify(key, hexToBytes(message), hexToBytes(sig), parameters)).toBe(valid)
  },
})
