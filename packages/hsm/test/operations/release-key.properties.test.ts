import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  forkHsm,
  type Hsm,
  HsmError,
  importKey,
  releaseKey,
} from '../../src/index.ts'
import { ecJwk, octJwk } from '../known-keys.ts'
import { authority, EXPORTABLE, enclave, policyOf, releasingHsm, target } from '../releases.ts'
import { runs } from '../runs.ts'
import { snapshot } from '../snapshot.ts'

const prepared = releasingHsm()
createKey(prepared, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
const before = snapshot(prepared)

/** Whether the key was released; if not, by an HsmError, and nothing has changed. */
function isReleased(token: unknown, hsm: Hsm = forkHsm(prepared)): boolean {
  try {
    releaseKey(hsm, 'k', { target: token as string })
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(HsmError)
    expect([400, 403]).toContain((error as HsmError).status)
    return false
  }
}

const json64 = (value: unknown): string =>
  Buffer.from(JSON.stringify(value) ?? '').toString('base64url')

describe('releaseKey', () => {
  it('takes no text for a token', () => {
    const hsm = forkHsm(prepared)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.anything()), (text) => {
        expect(isReleased(text, hsm)).toBe(false)
      }),
      runs(200),
    )
    expect(snapshot(hsm)).toEqual(before)
  })

  it('takes no JSON for a token, whatever it says, as nobody signed it', () => {
    const hsm = forkHsm(prepared)
    const [, signedClaims = ''] = target().split('.')
    const header = fc.oneof(fc.constantFrom({ alg: 'ES256' }, { alg: 'RS256' }), fc.jsonValue())
    const claims = fc.oneof(fc.constant(signedClaims), fc.jsonValue().map(json64))
    const signature = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(header, claims, signature, (one, other, bytes) => {
        const token = [json64(one), other, Buffer.from(bytes).toString('base64url')].join('.')
        expect(isReleased(token, hsm)).toBe(false)
      }),
      runs(300),
    )
    expect(snapshot(hsm)).toEqual(before)
  })

  it('takes no token with a byte changed', () => {
    const hsm = forkHsm(prepared)
    const token = target()
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'B', '-', '.'), (at, letter) => {
        fc.pre(token[at] !== letter)
        const changed = token.slice(0, at) + letter + token.slice(at + 1)
        expect(isReleased(changed, hsm)).toBe(false)
      }),
      runs(200),
    )
    expect(snapshot(hsm)).toEqual(before)
  })

  it('reads any claims that are signed, and where it refuses has changed nothing', () => {
    const claims = fc.dictionary(
      fc.constantFrom('iss', 'exp', 'nbf', 'nonce', 'x-ms-runtime', 'debuggable', '__proto__', 'a'),
      fc.jsonValue(),
      { noNullPrototype: true },
    )
    const answers = { released: 0, refused: 0 }
    fc.assert(
      fc.property(claims, (changes) => {
        const hsm = forkHsm(prepared)
        if (isReleased(target({ claims: changes }), hsm)) {
          answers.released += 1
        } else {
          answers.refused += 1
          expect(snapshot(hsm)).toEqual(before)
        }
      }),
      runs(60),
    )
    expect(answers.refused).toBeGreaterThan(10)
    expect(answers.released).toBeGreaterThan(0)
  })

  it('believes no keys that did not sign, whatever a caller hands in for keys', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), (answered) => {
        const hsm = createHsm({ attestationKeys: () => answered as never })
        createKey(hsm, 'k', { kty: 'EC-HSM', ...EXPORTABLE })
        expect(isReleased(target(), hsm)).toBe(false)
      }),
      runs(60),
    )
  })

  it('releases by the value that a policy names, and by no other', () => {
    const value = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean())
    const key = fc.constantFrom(ecJwk('P-384'), octJwk(192))
    const enc = fc.constantFrom(
      'CKM_RSA_AES_KEY_WRAP',
      'RSA_AES_KEY_WRAP_256',
      'RSA_AES_KEY_WRAP_384',
    )
    fc.assert(
      fc.property(value, value, key, enc, (named, said, jwk, algorithm) => {
        const hsm = releasingHsm()
        const releasePolicy = policyOf({ claim: 'c', equals: named })
        importKey(hsm, 'k', jwk, { attributes: { exportable: true }, releasePolicy })
        const release = (c: unknown) =>
          releaseKey(hsm, 'k', { target: target({ claims: { c } }), enc: algorithm }).value
        const { kid: _, ...opened } = enclave.openRelease(release(named))
        expect(opened).toEqual(jwk)
        fc.pre(named !== said && typeof named !== 'boolean' && typeof said !== 'boolean')
        expect(() => release(said)).toThrow(HsmError)
      }),
      runs(30),
    )
  })

  it('has an authority that vouches under its own name alone', () => {
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        expect(authority.attestationKeys(url, { alg: 'ES256' })).toBeUndefined()
      }),
      runs(100),
    )
  })
})
