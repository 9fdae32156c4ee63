/**
 * Builds the files of this folder from published sources, checking every value on the way.
 *
 *   node test-vectors/build.mjs            writes them
 *   node test-vectors/build.mjs --check    builds elsewhere and compares with what is here
 *   … --deb FILE                           takes the package from a file instead of from apt
 */

import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAesCbc } from './build/aes-cbc.mjs'
import { buildAesCbcHmac } from './build/aes-cbc-hmac.mjs'
import { buildAesGcm } from './build/aes-gcm.mjs'
import { buildAesKeyWrap } from './build/aes-key-wrap.mjs'
import { openPackage, PACKAGE } from './build/debian-package.mjs'
import { buildDesEde3Cbc } from './build/des-ede3-cbc.mjs'
import { buildEcdsa } from './build/ecdsa.mjs'
import { buildHmac } from './build/hmac.mjs'
import { buildHmacDrbg } from './build/hmac-drbg.mjs'
import { buildJose } from './build/jose.mjs'
import { buildKeyFile } from './build/key-file.mjs'
import { buildRsaAesKeyWrap } from './build/rsa-aes-key-wrap.mjs'
import { buildRsaEncryption } from './build/rsa-encryption.mjs'
import { buildRsaKey } from './build/rsa-key.mjs'
import { buildRsaSignatures } from './build/rsa-signatures.mjs'
import { formatVectors } from './build/write-file.mjs'

const BUILDERS = [
  buildAesKeyWrap,
  buildAesGcm,
  buildAesCbc,
  buildAesCbcHmac,
  buildDesEde3Cbc,
  buildHmac,
  buildHmacDrbg,
  buildRsaSignatures,
  buildRsaEncryption,
  buildRsaKey,
  buildRsaAesKeyWrap,
  buildEcdsa,
  buildJose,
  buildKeyFile,
]

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const isCheck = process.argv.includes('--check')
const debAt = process.argv.indexOf('--deb')
const read = openPackage(debAt === -1 ? undefined : process.argv[debAt + 1])

const target = isCheck ? mkdtempSync(join(tmpdir(), 'test-vectors-built-')) : FOLDER
const manifest = write(target)
if (isCheck) compare(target)

function write(folder) {
  const files = BUILDERS.flatMap((build) => build(read)).toSorted((a, b) =>
    a.file < b.file ? -1 : 1,
  )
  const rows = files.map((built) => {
    const text = formatVectors(built)
    writeFileSync(join(folder, built.file), text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    return { file: built.file, count: built.cases.length, bytes: Buffer.byteLength(text), sha256 }
  })
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
  const text = `{\n  "package": ${JSON.stringify(PACKAGE)},\n  "files": [\n${lines}\n  ]\n}\n`
  writeFileSync(join(folder, 'MANIFEST.json'), text)
  for (const { file, count, bytes } of rows) say(`${file.padEnd(24)}${count} cases, ${bytes} bytes`)
  return rows
}

function compare(folder) {
  const names = [...manifest.map(({ file }) => file), 'MANIFEST.json']
  const differing = names.filter(
    (name) => contents(join(FOLDER, name)) !== contents(join(folder, name)),
  )
  rmSync(folder, { recursive: true })
  for (const name of differing) say(`${name} is not what the sources give`)
  if (differing.length > 0) process.exitCode = 1
}

function contents(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
