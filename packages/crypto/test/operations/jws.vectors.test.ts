import { expect } from 'vitest'
import {
  bytesToHex,
  digest,
  findAlgorithm,
  type HashName,
  hexToBytes,
  sign,
  verify,
} from '../../src/index.ts'
import { fixedRandom, runVectors, type VectorCase } from '../load-vectors.ts'

type JwsCase = VectorCase<{
  alg: string
  hash: HashName
  key: string
  input?: string
  digest?: string
  sig: string
}>

/** Algorithms whose signature is the same each time. */
const DETERMINISTIC = /^(?:HS|RS)/

runVectors<JwsCase>('jws.json', {
  fields: ['alg', 'hash', 'key', 'input', 'digest', 'sig'],
  run({ alg, hash, key: name, input = '', digest: digestHex, sig, valid }, keyOf) {
    const [key, algorithm] = [keyOf(name), findAlgorithm(alg)]
    if (algorithm === undefined) return expect.unreachable(`there is no ${alg}`)
    const message = hexToBytes(input)
    const hashed = digestHex === undefined ? digest(hash, message) : hexToBytes(digestHex)
    // HMAC takes the message itself.
    const signed = algorithm.scheme === 'hmac' ? message : hashed
    expect(verify(key, algorithm, signed, hexToBytes(sig))).toBe(valid)
    if (!DETERMINISTIC.test(alg)) return
    expect(bytesToHex(sign(key, algorithm, signed, fixedRandom()))).toBe(sig)
  },
})
