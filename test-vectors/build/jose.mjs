/** JWS signatures and JWKs: RFC 7515, 7517, 7520 and 7638. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createHmac, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, fromBase64url, minimalHex } from './bytes.mjs'
import { modulusBits } from './rsa-keys.mjs'
import { readValues } from './values.mjs'

const BITS = { 'P-256': 256, 'P-384': 384, 'P-521': 521 }

/** RFC 7638 section 3.2. */
const REQUIRED = { EC: ['crv', 'kty', 'x', 'y'], RSA: ['e', 'kty', 'n'], oct: ['k', 'kty'] }

export const buildJose = () => [jws(), jwk()]

function jws() {
  const { via, cases: values } = readValues('jose-jws.json')
  const keys = {}
  const cases = values.map(({ rfc, section, alg, input, digest, sig, jwk }) => {
    const key = `rfc${rfc}-${section}`
    keys[key] = jwk
    const hash = `SHA-${alg.slice(2)}`
    const signed =
      input === undefined ? { digest } : { input: bytesToHex(Buffer.from(input, 'ascii')) }
    const bytes = { key, ...signed, sig: bytesToHex(fromBase64url(sig)), valid: true }
    return { id: `RFC ${rfc} section ${section}`, src: `rfc${rfc}`, alg, hash, ...bytes }
  })
  for (const item of cases) checkJws(item, keys[item.key])
  return {
    file: 'jws.json',
    primitive: 'JWS signature',
    provenance: [
      { id: 'rfc7515', doc: 'RFC 7515', section: 'A.1 to A.4', via },
      {
        id: 'rfc7520',
        doc: 'RFC 7520',
        section: '4.1 to 4.3: the digest of the signing input',
        via,
      },
    ],
    keys,
    cases,
  }
}

function jwk() {
  const { via, cases: values } = readValues('jose-jwk.json')
  const cases = values.map(({ rfc, section, ref, jwk, thumbprint }) => {
    const computed = thumbprintOf(jwk)
    const id = [`RFC ${rfc} section ${section}`, ref].filter(Boolean).join(' ')
    assert.equal(thumbprint ?? computed, computed, id)
    const isPrivate = jwk.kty === 'oct' || jwk.d !== undefined
    return {
      id,
      src: `rfc${rfc}`,
      jwk,
      bits: bitsOf(jwk),
      private: isPrivate,
      thumbprint: computed,
      valid: true,
    }
  })
  for (const item of cases) checkJwk(item)
  const computed = `${via}; thumbprints computed by the builder`
  return {
    file: 'jwk.json',
    primitive: 'JWK and its thumbprint',
    provenance: [
      { id: 'rfc7517', doc: 'RFC 7517', section: 'A.1 to A.3', via: computed },
      { id: 'rfc7520', doc: 'RFC 7520', section: '3.1 to 3.6', via: computed },
      { id: 'rfc7638', doc: 'RFC 7638', section: '3.1', via },
    ],
    cases,
  }
}

function thumbprintOf(jwk) {
  const canonical = JSON.stringify(
    Object.fromEntries(REQUIRED[jwk.kty].map((name) => [name, jwk[name]])),
  )
  return createHash('sha256').update(canonical).digest('base64url')
}

function bitsOf(jwk) {
  if (jwk.kty === 'EC') return BITS[jwk.crv]
  return jwk.kty === 'RSA' ? modulusBits(jwk) : 8 * fromBase64url(jwk.k).length
}

/** node reads what is not symmetric and writes the same numbers again. */
function checkJwk({ id, jwk, private: isPrivate }) {
  if (jwk.kty === 'oct') return
  const read = isPrivate ? createPrivateKey : createPublicKey
  const written = read({ key: jwk, format: 'jwk' }).export({ format: 'jwk' })
  for (const [name, value] of Object.entries(written))
    assert.equal(value, jwk[name], `${id} ${name}`)
}

function checkJws({ id, alg, hash, input, digest, sig }, jwk) {
  const [bytes, name] = [Buffer.from(sig, 'hex'), hash.replace('-', '').toLowerCase()]
  if (alg.startsWith('HS')) {
    assert.equal(
      createHmac(name, fromBase64url(jwk.k)).update(Buffer.from(input, 'hex')).digest('hex'),
      sig,
      id,
    )
    return
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (input === undefined) return assert.ok(verifyDigest({ hash, digest, bytes, alg }, key), id)
  assert.ok(verify(name, Buffer.from(input, 'hex'), { key, dsaEncoding: 'ieee-p1363' }, bytes), id)
}

/** node verifies messages alone; the openssl command takes a digest. */
function verifyDigest({ hash, digest, bytes, alg }, key) {
  const folder = mkdtempSync(join(tmpdir(), 'test-vectors-jws-'))
  const file = (name, content) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const signature = alg.startsWith('ES') ? derSignature(bytes) : bytes
  const parameters = [
    ...['-pubin', '-inkey', file('key.pem', key.export({ format: 'pem', type: 'spki' }))],
    ...[
      '-in',
      file('digest', Buffer.from(digest, 'hex')),
      '-sigfile',
      file('signature', signature),
    ],
    ...OPENSSL_OPTIONS[alg.slice(0, 2)].flatMap((option) => ['-pkeyopt', option]),
    ...['-pkeyopt', `digest:${hash.replace('-', '').toLowerCase()}`],
  ]
  const { status } = spawnSync('openssl', ['pkeyutl', '-verify', ...parameters])
  rmSync(folder, { recursive: true })
  return status === 0
}

const OPENSSL_OPTIONS = {
  RS: ['rsa_padding_mode:pkcs1'],
  PS: ['rsa_padding_mode:pss', 'rsa_pss_saltlen:digest'],
  ES: [],
}

/** SEQUENCE of r and s: what openssl takes of ECDSA. */
function derSignature(bytes) {
  const half = bytes.length / 2
  const integers = [bytes.subarray(0, half), bytes.subarray(half)].map((number) => {
    const hex = minimalHex(BigInt(`0x${number.toString('hex')}`))
    const positive = Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex
    return der(2, Buffer.from(positive, 'hex'))
  })
  return der(0x30, Buffer.concat(integers))
}

const der = (tag, content) =>
  Buffer.concat([Buffer.of(tag, ...(content.length < 128 ? [] : [0x81]), content.length), content])
