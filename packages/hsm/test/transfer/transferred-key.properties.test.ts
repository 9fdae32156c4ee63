import type { JsonWebKey } from '@pocket-hsm/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTransferBlob, forkHsm, type HsmError, importKey } from '../../src/index.ts'
import { ecJwk, nodeKey, octJwk, rsaJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'
import { base64url, byok, importKek, nodeCiphertext, nodeTarget, nodeUnwrap } from '../transfer.ts'

const { hsm } = testHsm()
const kek = importKek(hsm).key
const before = snapshot(hsm)
const jwk = ecJwk()
const ciphertext = nodeCiphertext(kek, nodeTarget(jwk))
const file = byok(kek.kid, ciphertext)

/** Imports into a fork: the key that came, or the refusal, which must have changed nothing. */
function tryImport(key_hsm: unknown, kty = 'EC-HSM'): HsmError | 'imported' {
  const fork = forkHsm(hsm)
  const call = () => importKey(fork, 'orders', { kty, key_hsm: key_hsm as string })
  try {
    expect(call().key.x).toBe(jwk.x)
    return 'imported'
  } catch {
    const error = errorOf(call)
    expect(snapshot(fork)).toEqual(before)
    return error
  }
}

describe('a transfer blob', () => {
  it('with any bit of its ciphertext turned over has the one answer of every damage', () => {
    fc.assert(
      fc.property(fc.nat(8 * ciphertext.length - 1), (bit) => {
        const byte = bit >> 3
        const turned = ciphertext.with(byte, (ciphertext[byte] ?? 0) ^ (1 << (bit & 7)))
        expect(tryImport(base64url(byok(kek.kid, turned)))).toMatchObject({
          status: 400,
          message: expect.stringContaining('The parameter is incorrect.'),
        })
      }),
      runs(60),
    )
  })

  it('of any other length of its ciphertext has the same answer', () => {
    fc.assert(
      fc.property(fc.nat(ciphertext.length - 1), (length) => {
        expect(tryImport(base64url(byok(kek.kid, ciphertext.subarray(0, length))))).toMatchObject({
          status: 400,
          message: expect.stringContaining('The parameter is incorrect.'),
        })
      }),
      runs(50),
    )
  })

  it('of arbitrary bytes brings nothing', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }).map(base64url),
      fc.json().map(base64url),
    )
    fc.assert(
      fc.property(anything, fc.constantFrom('RSA', 'EC', 'oct-HSM'), (key_hsm, kty) => {
        expect(tryImport(key_hsm, kty)).toMatchObject({ status: 400, code: 'BadParameter' })
      }),
      runs(100),
    )
  })

  it('with a piece of its text replaced brings the same key or nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(file.length - 1),
        fc.nat(8),
        fc.string({ maxLength: 8 }),
        (start, length, piece) => {
          const changed = file.slice(0, start) + piece + file.slice(start + length)
          const result = tryImport(base64url(changed))
          expect(result === 'imported' || result.status < 500).toBe(true)
        },
      ),
      runs(150),
    )
  })

  it('with anything in place of a member brings the same key or nothing', () => {
    const members = ['schema_version', 'header', 'ciphertext', 'generator'] as const
    fc.assert(
      fc.property(fc.constantFrom(...members), fc.jsonValue(), (member, value) => {
        const changed = JSON.stringify({ ...JSON.parse(file), [member]: value })
        const result = tryImport(base64url(changed))
        expect(result === 'imported').toBe(member === 'generator')
      }),
      runs(100),
    )
  })

  it('with anything in place of a member of its header brings nothing', () => {
    const members = ['kid', 'alg', 'enc'] as const
    fc.assert(
      fc.property(fc.constantFrom(...members), fc.jsonValue(), (member, value) => {
        const changed = byok(kek.kid, ciphertext, { header: { [member]: value } })
        expect(tryImport(base64url(changed))).not.toBe('imported')
      }),
      runs(100),
    )
  })
})

describe('importKey', () => {
  it('brings what createTransferBlob wrapped, whatever goes between', () => {
    const keys: readonly JsonWebKey[] = [rsaJwk(), ecJwk(), ecJwk('P-521'), octJwk(128), octJwk()]
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.constantFrom(128 as const, 192 as const, 256 as const),
        fc.string({ unit: 'grapheme' }),
        (key, aesKeyBits, generator) => {
          const blob = createTransferBlob(kek, key, { aesKeyBits, generator })
          expect(nodeUnwrap(nodeKey(rsaJwk()), blob).target).toEqual(nodeTarget(key))
          const request = { kty: `${key.kty}-HSM`, key_hsm: base64url(blob) }
          const { n, x, y } = importKey(forkHsm(hsm), 'brought', request).key
          expect({ n, x, y }).toEqual({ n: key.n, x: key.x, y: key.y })
        },
      ),
      runs(50),
    )
  })
})
