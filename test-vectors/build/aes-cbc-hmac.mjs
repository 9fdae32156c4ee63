/** AES-CBC with HMAC: RFC 7518 appendix B.3. */

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { hexToBytes } from './bytes.mjs'
import { readValues } from './values.mjs'

export function buildAesCbcHmac() {
  const { doc, via, iv, pt, aad, cases: values } = readValues('rfc7518.json')
  const { section, key: encKey, ct, tag } = values.find((item) => item.section === 'B.3')
  const key = Array.from({ length: 64 }, (_, index) => index.toString(16).padStart(2, '0')).join('')
  assert.equal(key.slice(64), encKey)
  const al = Buffer.alloc(8)
  al.writeBigUInt64BE(BigInt(4 * aad.length))
  const mac = createHmac('sha512', hexToBytes(key.slice(0, 64)))
    .update(hexToBytes(aad + iv + ct))
    .update(al)
    .digest('hex')
  assert.equal(mac.slice(0, 64), tag)
  const good = {
    id: `RFC 7518 section ${section}`,
    src: 'rfc7518',
    key,
    iv,
    aad,
    pt,
    ct,
    tag,
    valid: true,
  }
  const flipped = tag.replace(/^4d/, '4c')
  const { pt: _, valid: __, ...shown } = good
  const bad = {
    ...shown,
    id: `${good.id}, tag changed`,
    src: 'made',
    tag: flipped,
    valid: false,
    why: 'tag does not fit',
  }
  return [
    {
      file: 'aes-cbc-hmac.json',
      primitive: 'A256CBC-HS512',
      provenance: [
        { id: 'rfc7518', doc, section, via },
        {
          id: 'made',
          doc: 'RFC 7518',
          section,
          via: 'made by the builder: one bit of the tag changed',
        },
      ],
      cases: [good, bad],
    },
  ]
}
