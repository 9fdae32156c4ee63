/** AES-CBC: NIST's whole blocks, and RFC 7518's with PKCS#7 padding. */

import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { bytesToHex, hexToBytes } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import { readValues } from './values.mjs'

const FOLDER = 'ciphers/AES/CBC'

export function buildAesCbc(read) {
  const rfc7518 = readValues('rfc7518.json')
  const cases = [
    ...withoutRepeats(
      ['GFSbox', 'MMT'].flatMap((set) =>
        [128, 192, 256].flatMap((size) => cavpFile(read, `CBC${set}${size}`)),
      ),
    ),
    ...rfc7518.cases.map(({ section, key, ct }) => ({
      id: `RFC 7518 section ${section}`,
      src: 'rfc7518',
      ...{ key, iv: rfc7518.iv, pt: rfc7518.pt, ct, padding: 'pkcs7', valid: true },
    })),
  ]
  for (const item of cases) checkCbc(item)
  const provenance = [
    fromPackage('cbc', 'NIST CAVP, AESAVS, CAVS 11.1', `${FOLDER}/CBC{GFSbox,MMT}*.rsp`),
    { id: 'rfc7518', doc: rfc7518.doc, section: 'B.1 to B.3, the CBC part', via: rfc7518.via },
  ]
  return [{ file: 'aes-cbc.json', primitive: 'AES-CBC', provenance, cases }]
}

function cavpFile(read, name) {
  return readCavp(read(`${FOLDER}/${name}.rsp`)).map(({ headers, fields }) => ({
    id: `${name} [${headers.label}] ${fields.COUNT}`,
    src: 'cbc',
    key: fields.KEY,
    iv: fields.IV,
    pt: fields.PLAINTEXT,
    ct: fields.CIPHERTEXT,
    padding: 'none',
    valid: true,
  }))
}

/** GFSbox has the same values under [ENCRYPT] and [DECRYPT]; every case is run both ways anyway. */
function withoutRepeats(cases) {
  const seen = new Map(cases.toReversed().map((item) => [item.key + item.iv + item.pt, item]))
  return cases.filter((item) => seen.get(item.key + item.iv + item.pt) === item)
}

export function checkCbc({ id, key, iv, pt, ct, padding }) {
  const cipher = createCipheriv(`aes-${key.length * 4}-cbc`, hexToBytes(key), hexToBytes(iv))
  cipher.setAutoPadding(padding === 'pkcs7')
  assert.equal(bytesToHex(Buffer.concat([cipher.update(hexToBytes(pt)), cipher.final()])), ct, id)
}
