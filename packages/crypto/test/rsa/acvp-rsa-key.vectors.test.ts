import { expect } from 'vitest'
import { hexToBytes, importJwk, Secret, toBase64url } from '../../src/index.ts'
import { rsaOf, runVectors, type VectorCase } from '../load-vectors.ts'

const MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

type RsaKeyCase = VectorCase<unknown, { bits: number } & Record<(typeof MEMBERS)[number], string>>

runVectors<RsaKeyCase>('acvp-rsa-key.json.gz', {
  fields: ['bits', ...MEMBERS],
  run(item) {
    if (!item.valid) return expect.unreachable('KeyGen has no wrong key')
    const member = (name: (typeof MEMBERS)[number]) => toBase64url(hexToBytes(item[name]))
    const [n, e, d] = [member('n'), member('e'), member('d')]
    const [p, q] = [member('p'), member('q')]
    const [dp, dq, qi] = [member('dp'), member('dq'), member('qi')]
    const whole = importJwk({ kty: 'RSA', n, e, d, p, q, dp, dq, qi })
    expect(rsaOf(whole).bits).toBe(item.bits)
    expect(numbersOf(whole)).toEqual(
      Object.fromEntries(MEMBERS.map((name) => [name, BigInt(`0x${item[name]}`)])),
    )
    const recovered = numbersOf(importJwk({ kty: 'RSA', n, e, d }))
    const primes = [BigInt(`0x${item.p}`), BigInt(`0x${item.q}`)]
    expect(primes).toContain(recovered?.p)
    expect(primes).toContain(recovered?.q)
    expect(recovered?.p).not.toBe(recovered?.q)
  },
})

function numbersOf(key: ReturnType<typeof importJwk>) {
  const { privateKey } = rsaOf(key)
  return privateKey && Secret.reveal(privateKey)
}
