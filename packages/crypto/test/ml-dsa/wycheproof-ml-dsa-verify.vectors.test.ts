import { expect } from 'vitest'
import {
  hexToBytes,
  isCryptoError,
  type MlDsaParameterSet,
  makeMlDsaPublicKey,
  mlDsaVerify,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type VerificationCase = VectorCase<{
  alg: MlDsaParameterSet
  pk: string
  msg: string
  ctx?: string
  sig: string
}>

runVectors<VerificationCase>('wycheproof-ml-dsa-verify.json.gz', {
  fields: ['alg', 'pk', 'msg', 'ctx', 'sig'],
  run({ alg, pk, msg, ctx, sig, valid }) {
    expect(isAccepted()).toBe(valid)

    function isAccepted(): boolean {
      const parameters = ctx === undefined ? {} : { context: hexToBytes(ctx) }
      try {
        const key = makeMlDsaPublicKey(alg, hexToBytes(pk))
        return mlDsaVerify(key, hexToBytes(msg), hexToBytes(sig), parameters)
      } catch (error) {
        if (!isCryptoError(error)) throw error
        // A public key of another length, or a context that is too long, is an error.
        return false
      }
    }
  },
})
