/**
 * Makes the cases of CKM_RSA_AES_KEY_WRAP with the openssl command and keeps what is needed to make them
 * again: `node test-vectors/build/make-rsa-aes-key-wrap.mjs`. OAEP draws a seed, so that another run gives
 * other bytes: this was run once, and is run again only to add cases.
 */

import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex } from './bytes.mjs'
import { openRsaPart, targetBytes, WRAP_HASH, wrappingKeys } from './rsa-aes-key-wrap.mjs'

const [SHA1, SHA256, SHA384] = Object.keys(WRAP_HASH)
const [KEK_2048, KEK_3072, KEK_4096] = Object.keys(wrappingKeys())

const CASES = [
  { alg: SHA1, key: KEK_2048, target: 'oct-32', aesBits: 256 },
  { alg: SHA1, key: KEK_2048, target: 'P-256', aesBits: 256 },
  { alg: SHA1, key: KEK_2048, target: 'RSA-2048', aesBits: 256 },
  { alg: SHA1, key: KEK_3072, target: 'P-384', aesBits: 256 },
  { alg: SHA1, key: KEK_3072, target: 'RSA-3072', aesBits: 256 },
  { alg: SHA1, key: KEK_4096, target: 'P-521', aesBits: 256 },
  { alg: SHA1, key: KEK_4096, target: 'RSA-4096', aesBits: 256 },
  { alg: SHA1, key: KEK_4096, target: 'P-256K', aesBits: 256 },
  { alg: SHA1, key: KEK_2048, target: 'oct-16', aesBits: 128 },
  { alg: SHA1, key: KEK_2048, target: 'oct-16', aesBits: 192 },
  { alg: SHA256, key: KEK_2048, target: 'P-256', aesBits: 256 },
  { alg: SHA256, key: KEK_3072, target: 'RSA-2048', aesBits: 256 },
  { alg: SHA256, key: KEK_4096, target: 'oct-32', aesBits: 256 },
  { alg: SHA384, key: KEK_2048, target: 'P-521', aesBits: 256 },
  { alg: SHA384, key: KEK_3072, target: 'RSA-3072', aesBits: 256 },
  { alg: SHA384, key: KEK_4096, target: 'oct-32', aesBits: 256 },
]

const folder = mkdtempSync(join(tmpdir(), 'test-vectors-wrap-'))
const openssl = (...parameters) => execFileSync('openssl', parameters, { encoding: 'utf8' })
const lines = CASES.map((item) => JSON.stringify(make(item)))
const version = openssl('version').split(' ').slice(0, 2).join(' ')
const head = `{\n  "via": ${JSON.stringify(version)},\n  "cases": [\n    `
const values = new URL('values/rsa-aes-key-wrap.json', import.meta.url)
writeFileSync(values, `${head}${lines.join(',\n    ')}\n  ]\n}\n`)
rmSync(folder, { recursive: true })

function make({ alg, key, target, aesBits }) {
  const id = `${alg} ${key} ${target} AES-${aesBits}`
  const jwk = wrappingKeys()[key]
  const hash = WRAP_HASH[alg].replace('-', '').toLowerCase()
  const aes = createHash('sha256')
    .update(id)
    .digest()
    .subarray(0, aesBits / 8)
  const [kek, aesFile, targetFile] = [
    file(
      'kek.pem',
      createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' }),
    ),
    file('aes', aes),
    file('target', targetBytes(target)),
  ]
  const padding = ['rsa_padding_mode:oaep', `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${hash}`]
  const options = padding.flatMap((option) => ['-pkeyopt', option])
  openssl(
    'pkeyutl',
    '-encrypt',
    '-inkey',
    kek,
    '-in',
    aesFile,
    '-out',
    join(folder, 'rsa'),
    ...options,
  )
  const cipher = [`-id-aes${aesBits}-wrap-pad`, '-K', bytesToHex(aes), '-iv', 'a65959a6']
  openssl('enc', '-e', ...cipher, '-in', targetFile, '-out', join(folder, 'kwp'))
  const ct = Buffer.concat(['rsa', 'kwp'].map((name) => readFileSync(join(folder, name))))
  const sha256 = createHash('sha256').update(ct).digest('hex')
  const { seed } = openRsaPart({ alg, jwk, ct })
  return { id, alg, key, target, aes: bytesToHex(aes), seed: bytesToHex(seed), sha256 }
}

function file(name, content) {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
