/** AES-GCM: NIST's vectors with a 96-bit IV and a tag of at least 96 bits. */

import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { bytesToHex, hexToBytes } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'

const SIZES = [128, 192, 256]
const LENGTHS = { pt: ['0', '104', '128', '256', '408'], aad: ['0', '128', '160', '384', '720'] }
const MIDDLE_TAGS = ['104', '112', '120']

/** One good (from encryption) and one bad (from decryption) for each size, lengths and class of tag. */
export function buildAesGcm(read) {
  const cases = SIZES.flatMap((size) => {
    const good = cavpFile(read, `gcmEncryptExtIV${size}`)
    const bad = cavpFile(read, `gcmDecrypt${size}`).filter(({ item }) => !item.valid)
    return shapes().flatMap((shape) => [firstOf(good, shape), firstOf(bad, shape)])
  })
  for (const item of cases) checkGcm(item)
  const folder = 'ciphers/AES/GCM'
  const provenance = [
    fromPackage(
      'gcm',
      'NIST CAVP, SP 800-38D GCM, CAVS 14.0',
      `${folder}/gcm{EncryptExtIV,Decrypt}*.rsp`,
    ),
  ]
  return [{ file: 'aes-gcm.json', primitive: 'AES-GCM', provenance, cases }]
}

/** Tags of 96 bits, of 128, and in between in turn. */
function shapes() {
  let turn = 0
  return LENGTHS.pt.flatMap((pt) =>
    LENGTHS.aad.flatMap((aad) => {
      const middle = MIDDLE_TAGS[turn % MIDDLE_TAGS.length]
      turn += 1
      return ['96', middle, '128'].map((tag) => ({ pt, aad, tag }))
    }),
  )
}

function firstOf(entries, { pt, aad, tag }) {
  const found = entries.find(
    ({ headers: h }) => h.IVlen === '96' && h.PTlen === pt && h.AADlen === aad && h.Taglen === tag,
  )
  assert.ok(found, `no case with plaintext ${pt}, AAD ${aad}, tag ${tag}`)
  return found.item
}

function cavpFile(read, name) {
  return readCavp(read(`ciphers/AES/GCM/${name}.rsp`)).map(({ headers, fields }) => {
    const { PTlen, AADlen, Taglen } = headers
    const id = `${name} [${PTlen} ${AADlen} ${Taglen}] ${fields.Count}`
    const { Key: key, IV: iv, AAD: aad, CT: ct, Tag: tag } = fields
    const outcome =
      'FAIL' in fields
        ? { ct, tag, valid: false, why: 'tag does not fit' }
        : { pt: fields.PT, ct, tag, valid: true }
    return { headers, item: { id, src: 'gcm', key, iv, aad, ...outcome } }
  })
}

export function checkGcm({ id, key, iv, aad, pt, ct, tag, valid }) {
  const name = `aes-${key.length * 4}-gcm`
  const options = { authTagLength: tag.length / 2 }
  const open = () => {
    const decipher = createDecipheriv(name, hexToBytes(key), hexToBytes(iv), options)
    decipher.setAAD(hexToBytes(aad)).setAuthTag(hexToBytes(tag))
    return bytesToHex(Buffer.concat([decipher.update(hexToBytes(ct)), decipher.final()]))
  }
  if (!valid) return assert.throws(open, undefined, id)
  const cipher = createCipheriv(name, hexToBytes(key), hexToBytes(iv), options).setAAD(
    hexToBytes(aad),
  )
  assert.equal(bytesToHex(Buffer.concat([cipher.update(hexToBytes(pt)), cipher.final()])), ct, id)
  assert.equal(bytesToHex(cipher.getAuthTag()), tag, id)
  assert.equal(open(), pt, id)
}
