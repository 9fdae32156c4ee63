/**
 * Builds the files of this folder from published sources, checking every value on the way.
 *
 *   node test-vectors/build.mjs            writes them
 *   node test-vectors/build.mjs --check    builds elsewhere and compares with what is here
 *   … --deb FILE                           takes the package from a file instead of from apt
 *   … --published FOLDER                   builds the acvp-* and wycheproof-* files too, see build/published.mjs
 *
 * Without --published these files stay as they are.
 */

import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { buildAcvpRsa } from './build/acvp-rsa.mjs'
import { buildAcvpSymmetric } from './build/acvp-symmetric.mjs'
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
import { buildMlDsa } from './build/ml-dsa.mjs'
import { openPublished } from './build/published.mjs'
import { buildPublishedEcdsa } from './build/published-ecdsa.mjs'
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

const PUBLISHED_BUILDERS = [buildAcvpSymmetric, buildPublishedEcdsa, buildAcvpRsa, buildMlDsa]

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const isCheck = process.argv.includes('--check')
const read = openPackage(optionOf('--deb'))
const publishedFolder = optionOf('--published')

const target = isCheck ? mkdtempSync(join(tmpdir(), 'test-vectors-built-')) : FOLDER
const manifest = write(target)
if (isCheck) compare(target)

function write(folder) {
  const built = BUILDERS.flatMap((build) => build(read)).map((file) => writeVectors(folder, file))
  const rows = [...built, ...publishedRows(folder)].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
  const text = `{\n  "package": ${JSON.stringify(PACKAGE)},\n  "files": [\n${lines}\n  ]\n}\n`
  writeFileSync(join(folder, 'MANIFEST.json'), text)
  for (const { file, count, bytes } of rows) say(`${file.padEnd(24)}${count} cases, ${bytes} bytes`)
  return rows
}

function optionOf(name) {
  const at = process.argv.indexOf(name)
  return at === -1 ? undefined : process.argv[at + 1]
}

/** Writes one file. The digest is that of the text, since compressed bytes differ between versions of zlib. */
function writeVectors(folder, built) {
  const text = formatVectors(built)
  const { file, cases } = built
  writeFileSync(join(folder, file), file.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { file, count: cases.length, bytes: Buffer.byteLength(text), sha256 }
}

function publishedRows(folder) {
  if (publishedFolder !== undefined) {
    const published = openPublished(publishedFolder)
    return PUBLISHED_BUILDERS.flatMap((build) => build(published)).map((file) =>
      writeVectors(folder, file),
    )
  }
  const { files } = JSON.parse(readFileSync(join(FOLDER, 'MANIFEST.json'), 'utf8'))
  const kept = files.filter(({ file }) => file.endsWith('.gz'))
  if (folder !== FOLDER) {
    for (const { file } of kept) copyFileSync(join(FOLDER, file), join(folder, file))
  }
  return kept
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
    const bytes = readFileSync(file)
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  } catch {
    return undefined
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
