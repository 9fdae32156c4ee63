/** RSA key numbers: NIST's X9.31 key generation, p and q of 1024 to 2048 bits. */

import assert from 'node:assert/strict'
import { createSign, createVerify } from 'node:crypto'
import { hexToBigInt, minimalHex } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import { memberHex, nodePrivateKey, nodePublicKey, privateJwk } from './rsa-keys.mjs'

const PATH = 'asymmetric/RSA/FIPS_186-2/KeyGenRSA.rsp'
const SIZES = ['2048', '3072', '4096']

/** For each size the first key of e = 3 and of 17, and two of 65537. */
const PER_EXPONENT = { '03': 1, 11: 1, '010001': 2 }

export function buildRsaKey(read) {
  const blocks = readCavp(read(PATH))
  const cases = SIZES.flatMap((size) =>
    Object.entries(PER_EXPONENT).flatMap(([e, count]) => {
      const ofKind = blocks.filter(
        ({ headers, fields }) => headers.mod === size && hexToBigInt(fields.e) === hexToBigInt(e),
      )
      return ofKind.slice(0, count).map(({ fields }, index) => keyCase(size, e, index, fields))
    }),
  )
  const provenance = [fromPackage('keygen', 'NIST CAVP, RSA KeyGen (X9.31), CAVS 11.1', PATH)]
  return [{ file: 'rsa-key.json', primitive: 'RSA private key', provenance, cases }]
}

function keyCase(size, e, index, { p, q, n, d }) {
  const id = `KeyGenRSA [mod = ${size}] e = ${e} ${index + 1}`
  const jwk = privateJwk({ p, q, e, d })
  const [dp, dq, qi] = [jwk.dp, jwk.dq, jwk.qi].map(memberHex)
  assert.equal(hexToBigInt(p) * hexToBigInt(q), hexToBigInt(n), id)
  const signature = createSign('sha256').update(id).sign(nodePrivateKey(jwk))
  assert.ok(createVerify('sha256').update(id).verify(nodePublicKey(jwk), signature), id)
  const [minimalN, minimalD] = [n, d].map((hex) => minimalHex(hexToBigInt(hex)))
  return {
    id,
    src: 'keygen',
    bits: Number(size),
    e,
    p,
    q,
    n: minimalN,
    d: minimalD,
    dp,
    dq,
    qi,
    valid: true,
  }
}
