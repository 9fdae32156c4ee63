/** HMAC_DRBG with SHA-256: NIST's, without reseeding and without additional input. */

import assert from 'node:assert/strict'
import { bytesToHex, hexToBytes } from './bytes.mjs'
import { hmacDrbg } from './rfc6979-nonce.mjs'
import { readValues } from './values.mjs'

export function buildHmacDrbg() {
  const { doc, via, cases: values } = readValues('cavp-hmac-drbg.json')
  const cases = values.map(({ ref, entropy, nonce, personalization, out }) => ({
    id: `HMAC_DRBG SHA-256 ${ref}`,
    src: 'drbg',
    ...{ hash: 'SHA-256', entropy, nonce, personalization, out, valid: true },
  }))
  for (const { id, hash, entropy, nonce, personalization, out } of cases) {
    const drbg = hmacDrbg(hash, [entropy, nonce, personalization].map(hexToBytes))
    // DRBGVS discards the output of the first call.
    drbg.raw(out.length / 2)
    drbg.update([])
    assert.equal(bytesToHex(drbg.raw(out.length / 2)), out, id)
  }
  return [
    {
      file: 'hmac-drbg.json',
      primitive: 'HMAC_DRBG',
      provenance: [{ id: 'drbg', doc, via }],
      cases,
    },
  ]
}
