/** AES-KW and AES-KWP: RFC 3394, RFC 5649, RFC 7520 and NIST's KW and KWP. */

import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { bytesToHex, fromBase64url, hexToBytes, normalHex } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import { readValues } from './values.mjs'

const SIZES = [128, 192, 256]
const FOLDER = 'keywrap/kwtestvectors'

export const buildAesKeyWrap = (read) => [aesKw(read), aesKwp(read)]

function aesKw(read) {
  const rfc3394 = readValues('rfc3394.json')
  const rfc7520 = readValues('jose-jwe.json')
  const cases = [
    ...rfc3394.cases.map(({ section, kek, pt, ct }) => ({
      id: `RFC 3394 section ${section}`,
      src: 'rfc3394',
      ...{ kek, pt, ct, valid: true },
    })),
    ...rfc7520.cases.filter(({ alg }) => alg === 'A128KW').map(fromJwe),
    ...cavpCases(read, 'KW', 'kw'),
  ]
  for (const item of cases) checkWrap(item, 'wrap', 'a6'.repeat(8))
  return {
    file: 'aes-kw.json',
    primitive: 'AES-KW',
    provenance: [
      { id: 'rfc3394', doc: rfc3394.doc, section: '4', via: rfc3394.via },
      { id: 'rfc7520', doc: 'RFC 7520', section: '5.8', via: rfc7520.via },
      fromPackage('kw', 'NIST CAVP, SP 800-38F KW, CAVS 17.4', `${FOLDER}/KW_{AE,AD}_*.txt`),
    ],
    cases,
  }
}

function aesKwp(read) {
  const botan = readCavp(read('keywrap/kwp_botan.txt')).map(({ fields }) => ({
    kek: normalHex(fields.Key),
    pt: normalHex(fields.Input),
    ct: normalHex(fields.Output),
    count: fields.COUNT,
  }))
  const published = botan.slice(0, 2)
  const singleBlock = botan.slice(2).filter(({ pt }) => pt.length <= 16)
  const cases = [
    ...published.map(({ count, ...item }) => ({
      id: `RFC 5649 section 6, example ${Number(count) + 1}`,
      src: 'rfc5649',
      ...item,
      valid: true,
    })),
    ...singleBlock.slice(0, 8).map(({ count, ...item }) => ({
      id: `kwp_botan ${count}`,
      src: 'openssl',
      ...item,
      valid: true,
    })),
    ...cavpCases(read, 'KWP', 'kwp'),
  ]
  for (const item of cases) checkWrap(item, 'wrap-pad', 'a65959a6')
  return {
    file: 'aes-kwp.json',
    primitive: 'AES-KWP',
    provenance: [
      fromPackage('rfc5649', 'RFC 5649 section 6', 'keywrap/kwp_botan.txt'),
      fromPackage('openssl', 'pyca: 1 to 8 bytes, made with OpenSSL', 'keywrap/kwp_botan.txt'),
      fromPackage('kwp', 'NIST CAVP, SP 800-38F KWP, CAVS 17.4', `${FOLDER}/KWP_{AE,AD}_*.txt`),
    ],
    cases,
  }
}

/** For each key size and length: the first three AE, and the first two good and two bad AD. */
function cavpCases(read, name, src) {
  return SIZES.flatMap((size) => {
    const encrypt = cavpFile(read, `${name}_AE_${size}`, src)
    const decrypt = cavpFile(read, `${name}_AD_${size}`, src)
    const lengths = [...new Set(encrypt.map(({ length }) => length))]
    return lengths.flatMap((length) => {
      const ofLength = (items) => items.filter((entry) => entry.length === length)
      const good = ofLength(decrypt).filter(({ item }) => item.valid)
      const bad = ofLength(decrypt).filter(({ item }) => !item.valid)
      const chosen = [...ofLength(encrypt).slice(0, 3), ...good.slice(0, 2), ...bad.slice(0, 2)]
      return chosen.map(({ item }) => item)
    })
  })
}

function cavpFile(read, name, src) {
  return readCavp(read(`${FOLDER}/${name}.txt`)).map(({ headers, fields }) => {
    const length = headers['PLAINTEXT LENGTH']
    const id = `${name} [${length}] ${fields.COUNT}`
    const outcome =
      'FAIL' in fields
        ? { ct: fields.C, valid: false, why: 'integrity check fails' }
        : { pt: fields.P, ct: fields.C, valid: true }
    return { length, item: { id, src, kek: fields.K, ...outcome } }
  })
}

const fromJwe = ({ section, jwk, cek, encryptedKey }) => ({
  id: `RFC 7520 section ${section}`,
  src: 'rfc7520',
  kek: bytesToHex(fromBase64url(jwk.k)),
  pt: bytesToHex(fromBase64url(cek)),
  ct: bytesToHex(fromBase64url(encryptedKey)),
  valid: true,
})

export function checkWrap({ id, kek, pt, ct, valid }, mode, iv) {
  const name = `id-aes${kek.length * 4}-${mode}`
  const open = () => {
    const decipher = createDecipheriv(name, hexToBytes(kek), hexToBytes(iv))
    return bytesToHex(Buffer.concat([decipher.update(hexToBytes(ct)), decipher.final()]))
  }
  if (!valid) return assert.throws(open, undefined, id)
  const cipher = createCipheriv(name, hexToBytes(kek), hexToBytes(iv))
  assert.equal(bytesToHex(Buffer.concat([cipher.update(hexToBytes(pt)), cipher.final()])), ct, id)
  assert.equal(open(), pt, id)
}
