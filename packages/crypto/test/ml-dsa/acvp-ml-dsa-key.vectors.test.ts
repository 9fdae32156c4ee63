import { expect } from 'vitest'
import { bytesToHex, hexToBytes, type MlDsaParameterSet, makeMlDsaKey } from '../../src/index.ts'
import { expandedKeyOf } from '../../src/ml-dsa/expanded-key.ts'
import { runVectors, type VectorCase } from '../load-vectors.ts'

type KeyCase = VectorCase<{ alg: MlDsaParameterSet; seed: string; pk: string; sk: string }>

runVectors<KeyCase>('acvp-ml-dsa-key.json.gz', {
  fields: ['alg', 'seed', 'pk', 'sk'],
  run({ alg, seed, pk, sk }) {
    const { publicKey, privateKey } = makeMlDsaKey(alg, hexToBytes(seed))
    expect(bytesToHex(publicKey)).toBe(pk)
    expect(bytesToHex(expandedKeyOf(alg, privateKey))).toBe(sk)
  },
})
