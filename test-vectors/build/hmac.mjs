/** HMAC: RFC 2202 section 3 and RFC 4231 section 4. */

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { hexToBytes } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'
import { NODE_HASH } from './rsa-encodings.mjs'
import { readValues } from './values.mjs'

const FILES = [
  { hash: 'SHA-1', src: 'rfc2202', name: 'rfc-2202-sha1', numbers: [1, 2, 3, 4, 5, 6, 7] },
  { hash: 'SHA-224', src: 'rfc4231', name: 'rfc-4231-sha224', numbers: [1, 2, 3, 4, 6, 7] },
  { hash: 'SHA-256', src: 'rfc4231', name: 'rfc-4231-sha256', numbers: [1, 2, 3, 4, 6, 7] },
  { hash: 'SHA-384', src: 'rfc4231', name: 'rfc-4231-sha384', numbers: [1, 2, 3, 4, 6, 7] },
  { hash: 'SHA-512', src: 'rfc4231', name: 'rfc-4231-sha512', numbers: [1, 2, 3, 4, 6, 7] },
]

export function buildHmac(read) {
  const truncated = readValues('rfc4231-truncated.json')
  const cases = [
    ...FILES.flatMap((file) => fileCases(read, file)),
    ...truncated.cases.map(({ hash, mac }) => ({
      id: `RFC 4231 section 4.6 ${hash}`,
      src: 'rfc4231-5',
      ...{ flags: ['truncated'], hash, key: truncated.key, msg: truncated.msg, mac, valid: true },
    })),
  ]
  for (const { id, hash, key, msg, mac } of cases) {
    const full = createHmac(NODE_HASH[hash], hexToBytes(key)).update(hexToBytes(msg)).digest('hex')
    assert.equal(full.slice(0, mac.length), mac, id)
  }
  const provenance = [
    fromPackage('rfc2202', 'RFC 2202 section 3', 'HMAC/rfc-2202-sha1.txt'),
    fromPackage('rfc4231', 'RFC 4231 section 4', 'HMAC/rfc-4231-*.txt'),
    { id: 'rfc4231-5', doc: truncated.doc, section: '4.6', via: truncated.via },
  ]
  return [{ file: 'hmac.json', primitive: 'HMAC', provenance, cases }]
}

function fileCases(read, { hash, src, name, numbers }) {
  const blocks = readCavp(read(`HMAC/${name}.txt`))
  assert.equal(blocks.length, numbers.length, name)
  return blocks.map(({ fields }, index) => ({
    id: `${name} test case ${numbers[index]}`,
    src,
    hash,
    key: fields.Key,
    msg: fields.Msg,
    mac: fields.MD,
    valid: true,
  }))
}
