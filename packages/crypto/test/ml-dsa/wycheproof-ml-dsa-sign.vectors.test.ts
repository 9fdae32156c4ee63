/** Signing from seeds. A case with a message and µ has one signature for both. */

import { expect } from 'vitest'
import {
  bytesToHex,
  exportPkcs8,
  hexToBytes,
  importPkcs8,
  type MlDsaParameterSet,
  makeMlDsaKey,
  mlDsaSignDeterministic,
} from '../../src/index.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type SigningCase = VectorCase<{
  alg: MlDsaParameterSet
  seed: string
  pk?: string
  pkcs8?: string
  msg?: string
  ctx?: string
  mu?: string
  sig: string
}>

runVectors<SigningCase>('wycheproof-ml-dsa-sign.json.gz', {
  fields: ['alg', 'seed', 'pk', 'pkcs8', 'msg', 'ctx', 'mu', 'sig'],
  run({ alg, seed, pk, pkcs8, msg, ctx, mu, sig, valid }) {
    const context = ctx === undefined ? {} : { context: hexToBytes(ctx) }
    const sign = (message: string, parameters: object) => () =>
      bytesToHex(
        mlDsaSignDeterministic(
          makeMlDsaKey(alg, hexToBytes(seed)),
          hexToBytes(message),
          parameters,
        ),
      )
    if (!valid) {
      const code = seed.length === 64 ? 'INVALID_ARGUMENT' : 'INVALID_KEY'
      return expect(codeOf(sign(msg ?? '', context))).toBe(code)
    }
    if (msg !== undefined) expect(sign(msg, context)()).toBe(sig)
    if (mu !== undefined) expect(sign(mu, { isExternalMu: true })()).toBe(sig)
    const key = makeMlDsaKey(alg, hexToBytes(seed))
    if (pk !== undefined) expect(bytesToHex(key.publicKey)).toBe(pk)
    if (pkcs8 === undefined) return
    expect(importPkcs8(hexToBytes(pkcs8))).toMatchObject({ kty: 'AKP', alg })
    expect(bytesToHex(exportPkcs8(key))).toBe(pkcs8)
  },
})
