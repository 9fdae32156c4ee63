import { readFileSync } from 'node:fs'
import { importJwk, type JsonWebKey } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { isSignedBy, parseJws } from '../../src/release/jws.ts'

interface JwsCase {
  readonly id: string
  readonly src: string
  readonly key: string
  readonly input?: string
  readonly sig: string
}

interface JwsFile {
  readonly keys: Readonly<Record<string, JsonWebKey>>
  readonly cases: readonly JwsCase[]
}

const url = new URL('../../../../test-vectors/jws.json', import.meta.url)
const { keys, cases } = JSON.parse(readFileSync(url, 'utf8')) as JwsFile

/** The whole JWS. Those of RFC 7520 stand in the file as digests, without what was signed. */
const compact = ({ input = '', sig }: JwsCase): string =>
  `${Buffer.from(input, 'hex')}.${Buffer.from(sig, 'hex').toString('base64url')}`

const tokens = cases.filter(({ src }) => src === 'rfc7515')

describe('JWS in compact form', () => {
  it('is in all four examples of RFC 7515', () => {
    expect(tokens.map(({ id }) => id.slice(0, 20))).toEqual(
      [1, 2, 3, 4].map((number) => `RFC 7515 section A.${number}`),
    )
  })

  it.each(tokens.slice(1, 3))('$id is read and verified', (token) => {
    const jws = parseJws(compact(token))
    expect(jws?.claims).toEqual({
      iss: 'joe',
      exp: 1_300_819_380,
      'http://example.com/is_root': true,
    })
    const verified = Object.keys(keys).filter(
      (name) => jws !== undefined && isSignedBy(jws, importJwk(keys[name] as JsonWebKey)),
    )
    expect(verified).toEqual([token.key])
  })

  it('under a symmetric key is never verified', () => {
    const [token] = tokens
    const jws = token && parseJws(compact(token))
    const key = importJwk(keys[token?.key ?? ''] as JsonWebKey)
    expect(jws?.header.alg).toBe('HS256')
    expect(key.kty).toBe('oct')
    expect(jws && isSignedBy(jws, key)).toBe(false)
  })

  it('with a payload that is no JSON object is none of ours', () => {
    const token = tokens[3]
    expect(token && parseJws(compact(token))).toBeUndefined()
  })
})
