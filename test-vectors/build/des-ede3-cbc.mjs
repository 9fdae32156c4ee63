/** DES-EDE3-CBC: NIST's known answers and multi-block messages with one, two and three keys. */

import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { bytesToHex, hexToBytes } from './bytes.mjs'
import { readCavp } from './cavp.mjs'
import { fromPackage } from './debian-package.mjs'

const FOLDER = 'ciphers/3DES/CBC'

/** Sets whose cases have one key for all three: they are named KEYs. */
const KNOWN_ANSWERS = ['subtab', 'permop', 'varkey', 'invperm', 'vartext']

/** Messages of 1 to 10 blocks, named for the number of different keys. */
const MESSAGES = ['MMT1', 'MMT2', 'MMT3']

export function buildDesEde3Cbc(read) {
  const cases = withoutRepeats(
    [...KNOWN_ANSWERS, ...MESSAGES].flatMap((set) => cavpFile(read, `TCBC${set}`)),
  )
  for (const item of cases) checkCbc(item)
  const sets = `${FOLDER}/TCBC{${[...KNOWN_ANSWERS, ...MESSAGES].join(',')}}.rsp`
  const provenance = [fromPackage('tcbc', 'NIST CAVP, TDES in CBC mode, SP 800-20', sets)]
  return [{ file: 'des-ede3-cbc.json', primitive: 'DES-EDE3-CBC', provenance, cases }]
}

function cavpFile(read, name) {
  return readCavp(read(`${FOLDER}/${name}.rsp`)).flatMap(({ headers, fields }) => {
    if (fields.IV === undefined) return []
    const { KEYs = '', KEY1 = KEYs, KEY2 = KEYs, KEY3 = KEYs } = fields
    const item = {
      id: `${name} [${headers.label}] ${fields.COUNT}`,
      src: 'tcbc',
      key: KEY1 + KEY2 + KEY3,
      iv: fields.IV,
      pt: fields.PLAINTEXT,
      ct: fields.CIPHERTEXT,
      valid: true,
    }
    return [item]
  })
}

/** The known answers are the same under [ENCRYPT] and [DECRYPT]: only decryption is used. */
function withoutRepeats(cases) {
  const seen = new Set()
  return cases.filter(({ key, iv, ct }) => {
    const isNew = !seen.has(key + iv + ct)
    seen.add(key + iv + ct)
    return isNew
  })
}

function checkCbc({ id, key, iv, pt, ct }) {
  const cipher = createCipheriv('des-ede3-cbc', hexToBytes(key), hexToBytes(iv))
  cipher.setAutoPadding(false)
  assert.equal(bytesToHex(Buffer.concat([cipher.update(hexToBytes(pt)), cipher.final()])), ct, id)
}
