// Holds: private keys come in as people have them: PEM of every form, and transfer blobs of two makers.

import { createPrivateKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { POCKET_HSM } from '../../lib/pocket-hsm.mjs'
import { runProgram } from '../../lib/program.mjs'
import { inAnyOrder } from '../faults.mjs'
import { publicMember, writeKeyFile } from '../key-files.mjs'
import { transferBlob } from '../transfer-blob.mjs'

const HSM = '--hsm-name ContosoMHSM'

/** Files: the name says what is in them. */
const FILES = {
  'pkcs8-2048': { type: 'rsa' },
  'pkcs1-3072': { type: 'rsa', bits: 3072, traditional: true },
  'locked-4096': { type: 'rsa', bits: 4096, password: 'open sesame' },
  'locked-pkcs1': { type: 'rsa', traditional: true, password: 'open' },
  'small-1024': { type: 'rsa', bits: 1024 },
  'sec1-p256': { type: 'ec', traditional: true },
  'pkcs8-p384': { type: 'ec', curve: 'P-384' },
  'locked-p521': { type: 'ec', curve: 'P-521', password: 'open sesame' },
  'pkcs8-p256k': { type: 'ec', curve: 'P-256K' },
}

/** What az shows of each: the member of the public key as OpenSSL has it. */
function makeFiles(folder) {
  const shown = Object.entries(FILES).map(([name, spec]) => {
    writeKeyFile(folder, `${name}.pem`, spec)
    return [nameOf(name), publicMember(folder, `${name}.pem`, spec.type === 'rsa' ? 'n' : 'x')]
  })
  return Object.fromEntries(shown)
}

const nameOf = (file) => file.replace(/\W/g, '')

const imported = (file, more, gives) => ({
  line: `az keyvault key import ${HSM} --name ${file} --pem-file ${file}.pem ${more}`,
  gives: { key: { ...gives, d: null, p: null, q: null } },
})

export const pemImports = {
  title: 'import of PEM',
  before: makeFiles,
  lines: [
    imported('pkcs8-2048', '', { kty: 'RSA-HSM', n: '{pkcs82048}' }),
    imported('pkcs1-3072', '--ops sign verify --tags a=1', {
      kty: 'RSA-HSM',
      n: '{pkcs13072}',
      keyOps: inAnyOrder('sign', 'verify'),
    }),
    imported('locked-4096', "--pem-password 'open sesame' --protection hsm", { n: '{locked4096}' }),
    imported('locked-pkcs1', '--pem-password open', { n: '{lockedpkcs1}' }),
    imported('sec1-p256', '', { kty: 'EC-HSM', crv: 'P-256', x: '{sec1p256}' }),
    imported('pkcs8-p384', '', { crv: 'P-384', x: '{pkcs8p384}' }),
    imported('locked-p521', "--pem-password 'open sesame'", { crv: 'P-521', x: '{lockedp521}' }),
    imported('pkcs8-p256k', '', { crv: 'P-256K', x: '{pkcs8p256k}' }),
    {
      check: 'the PEM is a text',
      run: ({ folder, kept }) => {
        kept.pem = readFileSync(join(folder, 'pkcs8-2048.pem'), 'utf8')
      },
    },
    {
      line: `az keyvault key import ${HSM} --name of-text --pem-string {pem} --disabled true`,
      gives: { key: { n: '{pkcs82048}' }, attributes: { enabled: false } },
    },
    {
      line: `az keyvault key import ${HSM} --name pkcs8-2048 --pem-file pkcs8-p384.pem`,
      gives: { key: { kty: 'EC-HSM', crv: 'P-384' } },
    },
    {
      line: `az keyvault key list-versions ${HSM} --name pkcs8-2048`,
      gives: (items) => items.length === 2,
    },
    {
      line: `az keyvault key import ${HSM} --name no --pem-file locked-4096.pem --pem-password wrong`,
      refused: /Import failed/,
      because: 'az opens the file itself',
    },
    {
      line: `az keyvault key import ${HSM} --name no --pem-file small-1024.pem`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key import ${HSM} --name no --pem-file pkcs8-p384.pem --ops encrypt`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key import ${HSM} --name no`,
      refused: /supply exactly one: --byok-file, --byok-string, --pem-file, --pem-string/,
      exit: 2,
    },
  ],
}

const pkcs8 = (folder, file) =>
  createPrivateKey(readFileSync(join(folder, `${file}.plain`))).export({
    format: 'der',
    type: 'pkcs8',
  })

export const byokImports = {
  title: 'bring your own key',
  before: (folder) => {
    writeKeyFile(folder, 'rsa.pem', { type: 'rsa' })
    writeKeyFile(folder, 'p384.pem', { type: 'ec', curve: 'P-384' })
    writeFileSync(join(folder, 'aes.key'), Buffer.alloc(32, 7))
    return {
      rsa: publicMember(folder, 'rsa.pem', 'n'),
      p384: publicMember(folder, 'p384.pem', 'x'),
    }
  },
  lines: [
    {
      line: `az keyvault key create ${HSM} --name kek --kty RSA-HSM --size 4096 --ops import`,
      gives: { key: { keyOps: ['import'] } },
      keep: { kek: 'key.kid' },
    },
    {
      line: `az keyvault key create ${HSM} --name other --kty RSA-HSM --ops import`,
      keep: { other: 'key.kid' },
    },
    { line: `az keyvault key download ${HSM} --name kek --file kek.pem` },
    {
      check: 'OpenSSL makes transfer blobs',
      run: ({ folder, kept }) => {
        const kek = readFileSync(join(folder, 'kek.pem'))
        const write = (file, kid, target) =>
          writeFileSync(join(folder, file), transferBlob(kid, kek, target))
        write('rsa.byok', kept.kek, pkcs8(folder, 'rsa.pem'))
        write('p384.byok', kept.kek, pkcs8(folder, 'p384.pem'))
        write('wrong.byok', kept.other, pkcs8(folder, 'rsa.pem'))
        kept.blob = transferBlob(kept.kek, kek, pkcs8(folder, 'rsa.pem'))
      },
    },
    {
      line: `az keyvault key import ${HSM} --name rsa --byok-file rsa.byok`,
      gives: { key: { kty: 'RSA-HSM', n: '{rsa}' } },
    },
    {
      line: `az keyvault key import ${HSM} --name p384 --kty EC --curve P-384 --byok-file p384.byok --ops sign`,
      gives: { key: { kty: 'EC-HSM', crv: 'P-384', x: '{p384}', keyOps: ['sign'] } },
    },
    {
      line: `az keyvault key import ${HSM} --name of-text --byok-string {blob}`,
      gives: { key: { n: '{rsa}' } },
    },
    {
      line: `az keyvault key import ${HSM} --name no --byok-file wrong.byok`,
      refused: /\(BadParameter\) The parameter is incorrect\./,
    },
    {
      line: `az keyvault key import ${HSM} --name no --kty EC --curve P-256 --byok-file p384.byok`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key import ${HSM} --name no --kty EC --byok-file p384.byok`,
      refused: /parameter --curve should be specified/,
    },
    {
      check: 'pocket-hsm byok makes transfer blobs',
      run: async ({ folder, kept }) => {
        for (const [key, out] of [
          ['rsa.pem', 'own-rsa.byok'],
          ['p384.pem', 'own-p384.byok'],
          ['aes.key', 'own-aes.byok'],
        ]) {
          const args = [
            'byok',
            '--kek',
            'kek.pem',
            '--kek-id',
            kept.kek,
            '--key',
            key,
            '--out',
            out,
          ]
          const { status, stderr } = await runProgram([...POCKET_HSM, ...args], { cwd: folder })
          if (status !== 0) throw new Error(stderr)
        }
      },
    },
    {
      line: `az keyvault key import ${HSM} --name own-rsa --byok-file own-rsa.byok`,
      gives: { key: { kty: 'RSA-HSM', n: '{rsa}' } },
    },
    {
      line: `az keyvault key import ${HSM} --name own-p384 --kty EC --curve P-384 --byok-file own-p384.byok`,
      gives: { key: { x: '{p384}' } },
    },
    {
      line: `az keyvault key import ${HSM} --name own-aes --kty oct --byok-file own-aes.byok --ops encrypt decrypt`,
      gives: { key: { kty: 'oct-HSM', k: null } },
    },
  ],
}
