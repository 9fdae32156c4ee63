import { expect } from 'vitest'
import { digest, findAlgorithm, fromHex, type HashName, sign, toHex, verify } from '../src/index.ts'
import { fixedRandom, runVectors, type VectorCase } from './load-vectors.ts'

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
    const message = fromHex(input)
    const hashed = digestHex === undefined ? digest(hash, message) : fromHex(digestHex)
    // HMAC takes the message itself.
    const signed = algorithm.scheme === 'hmac' ? message : hashed
    expect(verify(key, algorithm, signed, fromHex(sig))).toBe(valid)
    if (!DETERMINISTIC.test(alg)) return
    expect(toHex(sign(key, algorithm, signed, fixedRandom()))).toBe(sig)
  },
})
