import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../src/encoding/base64.ts'
import { bytesToBigInt, minimalBytes } from '../../src/encoding/bytes.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { importJwk } from '../../src/keys/import-jwk.ts'
import type { JsonWebKey } from '../../src/keys/json-web-key.ts'
import { Secret } from '../../src/secret.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey } from '../test-keys.ts'

const rsa = exportJwk(rsaTestKey(1024))
const ec = exportJwk(ecTestKey('P-256'))
const oct = exportJwk(octTestKey(256))
const CRT = ['p', 'q', 'dp', 'dq', 'qi'] as const

const bytesOf = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64url'))
const base64url = (hex: string) => toBase64url(hexToBytes(hex))
const without = (jwk: JsonWebKey, ...members: readonly (keyof JsonWebKey)[]): JsonWebKey =>
  Object.fromEntries(
    Object.entries(jwk).filter(([name]) => !members.some((member) => member === name)),
  ) as unknown as JsonWebKey
const problem = (jwk: unknown) => {
  const { code, message } = refusalOf(() => importJwk(jwk as JsonWebKey))
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('a JWK', () => {
  it.each([undefined, null, 'RSA', 5, []])('that is %j is rejected', (jwk) => {
    problem(jwk)
  })

  it.each([undefined, null, 5, {}])(
    'with the kty %j is rejected with an error that names the member',
    (kty) => {
      expect(problem({ ...oct, kty })).toContain('kty')
    },
  )

  it.each(['OKP', 'rsa', 'RSA-HSM', '', 'constructor', '__proto__'])(
    'with the kty %j is not supported',
    (kty) => {
      expect(codeOf(() => importJwk({ ...rsa, kty }))).toBe('UNSUPPORTED_KEY')
    },
  )

  it('may have members of other key types', () => {
    const jwk = {
      ...ec,
      n: '?',
      k: '?',
      kid: 'name',
      key_ops: ['sign'],
      use: 'sig',
      alg: 'ES256',
      key_hsm: '?',
    }
    expect(exportJwk(importJwk(jwk))).toEqual(ec)
  })

  it('is not changed', () => {
    const jwk = Object.freeze({ ...rsa })
    importJwk(jwk)
    expect(jwk).toEqual(rsa)
  })
})

describe('an RSA JWK', () => {
  it('with all its members is the private key', () => {
    expect(exportJwk(importJwk(rsa))).toEqual(rsa)
  })

  it('with only n and e is the public key', () => {
    const key = importJwk(without(rsa, 'd', ...CRT))
    expect(key).toEqual(importJwk(toPublicJwk(importJwk(rsa))))
    expect(key.kty === 'RSA' && key.privateKey).toBeUndefined()
  })

  it('without CRT members gets them computed from d', () => {
    expect(exportJwk(importJwk(without(rsa, ...CRT)))).toEqual(rsa)
  })

  it.each(['dp', 'dq', 'qi'] as const)('without %s gets it computed', (member) => {
    expect(exportJwk(importJwk(without(rsa, member)))).toEqual(rsa)
  })

  it.each(['p', 'q'] as const)('without only %s is rejected', (member) => {
    expect(problem(without(rsa, member))).toContain('one of p and q is missing')
  })

  it('with primes but without d is rejected with an error that names d', () => {
    expect(problem(without(rsa, 'd'))).toContain('d is missing')
  })

  it.each(['n', 'e'] as const)('without %s is rejected with an error that names it', (member) => {
    expect(problem(without(rsa, member))).toContain(`${member} is missing`)
  })

  it.each(['n', 'e', 'd', ...CRT] as const)(
    'may have leading zeros and padding in %s',
    (member) => {
      const padded = Buffer.concat([Buffer.alloc(2), bytesOf(rsa[member])]).toString('base64')
      const text = padded.replaceAll('+', '-').replaceAll('/', '_')
      expect(exportJwk(importJwk({ ...rsa, [member]: text }))).toEqual(rsa)
    },
  )

  it.each(['n', 'e', 'd', ...CRT] as const)(
    'with %s as a number is rejected with an error that names it',
    (member) => {
      expect(problem({ ...rsa, [member]: 65537 })).toContain(`${member} is missing or not a string`)
    },
  )

  it.each(['n', 'e', 'd', ...CRT] as const)(
    'with %s in another alphabet is rejected with an error that names it',
    (member) => {
      expect(problem({ ...rsa, [member]: `+${rsa[member]}` })).toContain(
        `${member} is not base64url`,
      )
    },
  )

  it.each(['n', 'd', ...CRT] as const)('with one bit of %s changed is rejected', (member) => {
    const changed = toBase64url(minimalBytes(bytesToBigInt(bytesOf(rsa[member])) ^ 2n))
    problem({ ...rsa, [member]: changed })
  })

  it('with members of two megabytes is rejected before they are decoded', () => {
    expect(problem({ ...rsa, n: 'A'.repeat(2_000_000) })).toContain('n is too long')
  })

  it('with other primes is not supported', () => {
    const { code, message } = refusalOf(() => importJwk({ ...rsa, oth: [] }))
    expect([code, message]).toEqual(['UNSUPPORTED_KEY', expect.stringContaining('two primes')])
  })

  it('counts null as absent', () => {
    const jwk = { ...rsa, p: null, q: null, dp: null, dq: null, qi: null, oth: null }
    expect(exportJwk(importJwk(jwk as unknown as JsonWebKey))).toEqual(rsa)
  })

  it('of 512 bits is not supported', () => {
    const jwk = { kty: 'RSA', n: base64url('ff'.repeat(64)), e: 'AQAB' }
    expect(codeOf(() => importJwk(jwk))).toBe('UNSUPPORTED_KEY')
  })

  it('never shows its values in an error', () => {
    for (const member of ['n', 'e', 'd', ...CRT] as const) {
      const message = problem({ ...rsa, [member]: `*${rsa[member]}` })
      expect(message).not.toContain(rsa[member]?.slice(0, 4))
    }
  })
})

describe('an EC JWK', () => {
  it.each(['P-256', 'P-384', 'P-521', 'P-256K'] as const)(
    'on %s is private with d, public without',
    (crv) => {
      const jwk = exportJwk(ecTestKey(crv))
      expect(exportJwk(importJwk(jwk))).toEqual(jwk)
      expect(exportJwk(importJwk(without(jwk, 'd')))).toEqual(without(jwk, 'd'))
    },
  )

  it.each(['P-256K', 'p-256k', 'SECP256K1', 'secp256k1', 'Secp256k1'])(
    'accepts %s as a name of secp256k1',
    (crv) => {
      const jwk = exportJwk(ecTestKey('P-256K'))
      expect(exportJwk(importJwk({ ...jwk, crv }))).toEqual(jwk)
    },
  )

  it('without x and y gets them computed from d', () => {
    expect(exportJwk(importJwk(without(ec, 'x', 'y')))).toEqual(ec)
  })

  it.each(['x', 'y'] as const)(
    'with d but without only %s is rejected with an error that names it',
    (member) => {
      expect(problem(without(ec, member))).toContain(`${member} is missing`)
    },
  )

  it.each([['x'], ['y'], ['x', 'y']] as const)('without d and %s is rejected', (...members) => {
    expect(problem(without(ec, 'd', ...members))).toContain('is missing')
  })

  it('without crv is rejected with an error that names it', () => {
    expect(problem(without(ec, 'crv'))).toContain('crv')
  })

  it.each(['P-224', 'Ed25519', 'secp256r1', ''])('on %j is not supported', (crv) => {
    expect(codeOf(() => importJwk({ ...ec, crv }))).toBe('UNSUPPORTED_KEY')
  })

  it('with a d without leading zeros is the same key', () => {
    const key = importJwk({ kty: 'EC', crv: 'P-521', d: 'BQ' })
    expect(key.kty === 'EC' && key.privateKey && bytesToHex(Secret.reveal(key.privateKey))).toBe(
      '05'.padStart(132, '0'),
    )
  })

  describe.each(['x', 'y', 'd'] as const)('whose %s', (member) => {
    const withPrefix = (...prefix: readonly number[]) => {
      const bytes = Uint8Array.of(...prefix, ...bytesOf(ec[member]))
      return { ...ec, [member]: toBase64url(bytes) }
    }

    it.each([1, 2, 992])('has %i more leading zeros is the same key', (count) => {
      expect(exportJwk(importJwk(withPrefix(...new Uint8Array(count))))).toEqual(ec)
    })

    it('is longer than its curve is refused by its name', () => {
      expect(problem(withPrefix(1))).toContain(`${member} is too long`)
      expect(problem(withPrefix(1, 0))).toContain(`${member} is too long`)
    })

    it('has 993 leading zeros is refused by its name', () => {
      expect(problem(withPrefix(...new Uint8Array(993)))).toContain(`${member} is too long`)
    })
  })

  it.each(['x', 'y'] as const)('with one bit of %s changed is off the curve', (member) => {
    const bytes = bytesOf(ec[member])
    bytes[31] = (bytes[31] ?? 0) ^ 1
    expect(problem({ ...ec, [member]: toBase64url(bytes) })).toContain('not a point')
  })

  it('with coordinates of zero is off the curve', () => {
    expect(problem({ kty: 'EC', crv: 'P-256', x: '', y: '' })).toContain('not a point')
  })

  it.each(['', 'AA', toBase64url(new Uint8Array(32).fill(255))])(
    'with d outside 1 to n - 1 is rejected (%#)',
    (d) => {
      expect(problem({ kty: 'EC', crv: 'P-256', d })).toContain('outside 1 to n - 1')
    },
  )

  it('with the d of another key is rejected', () => {
    expect(problem({ ...ec, d: 'BQ' })).toContain('not that of the private key')
  })

  it.each(['x', 'y', 'd'] as const)(
    'with %s that is not a string is rejected with an error that names it',
    (member) => {
      expect(problem({ ...ec, [member]: 5 })).toContain(`${member} is missing or not a string`)
    },
  )
})

describe('a symmetric JWK', () => {
  it.each([1, 16, 24, 32, 64])('of %i bytes is accepted', (length) => {
    const k = toBase64url(new Uint8Array(length).fill(7))
    expect(exportJwk(importJwk({ kty: 'oct', k }))).toEqual({ kty: 'oct', k })
  })

  it('keeps its leading zeros', () => {
    const k = toBase64url(new Uint8Array(16))
    expect(importJwk({ kty: 'oct', k })).toMatchObject({ bits: 128 })
  })

  it('of no bytes is rejected', () => {
    expect(problem({ kty: 'oct', k: '' })).toContain('empty')
  })

  it('without k is rejected with an error that names it', () => {
    expect(problem({ kty: 'oct' })).toContain('k is missing')
  })
})
