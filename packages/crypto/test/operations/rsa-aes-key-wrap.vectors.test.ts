import { expect } from 'vitest'
import {
  bytesToHex,
  exportPkcs8,
  findRsaAesKeyWrapAlgorithm,
  hexToBytes,
  importPkcs8,
  unwrapRsaAes,
  wrapRsaAes,
} from '../../src/index.ts'
import { fixedRandom, rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'
import { codeOf } from '../refusal.ts'

type RsaAesCase = VectorCase<
  { alg: string; hash: string; key: string; kind: 'RSA' | 'EC' | 'oct'; ct: string },
  { aes: string; seed: string; pt: string }
>

runVectors<RsaAesCase>('rsa-aes-key-wrap.json', {
  fields: ['alg', 'hash', 'key', 'kind', 'aes', 'seed', 'pt', 'ct'],
  run(item, keyOf) {
    const [kek, algorithm] = [rsaOf(keyOf(item.key)), findRsaAesKeyWrapAlgorithm(item.alg)]
    if (algorithm === undefined) return expect.unreachable(`there is no ${item.alg}`)
    expect(algorithm.hash).toBe(item.hash)
    const unwrap = () => unwrapRsaAes(kek, algorithm, hexToBytes(item.ct))
    if (!item.valid) return expect(codeOf(unwrap)).toBe('OPERATION_FAILED')
    const target = unwrap()
    expect(bytesToHex(target)).toBe(item.pt)
    const random = fixedRandom(hexToBytes(item.aes), hexToBytes(item.seed))
    expect(bytesToHex(wrapRsaAes(kek, algorithm, target, 4 * item.aes.length, random))).toBe(
      item.ct,
    )
    if (item.kind === 'oct') return
    const key = importPkcs8(target)
    expect(key.kty).toBe(item.kind)
    expect(bytesToHex(exportPkcs8(key))).toBe(item.pt)
  },
})
