// Holds: az makes keys of every type, and reads, changes and downloads them.

import { createPublicKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openssl } from '../../lib/openssl.mjs'
import { inAnyOrder } from '../faults.mjs'

const HSM = '--hsm-name ContosoMHSM'

/** A key is made as asked, and az writes its public part as OpenSSL reads it. */
const made = (name, asked, gives) => ({
  line: `az keyvault key create ${HSM} --name ${name} ${asked}`,
  gives: { key: gives },
  keep: { [`${name}N`]: 'key.n', [`${name}X`]: 'key.x' },
})

const downloaded = (name, says) => [
  { line: `az keyvault key download ${HSM} --name ${name} --file ${name}.pem` },
  { line: `az keyvault key download ${HSM} --name ${name} --encoding DER --file ${name}.der` },
  {
    check: `OpenSSL reads the downloaded ${name}: ${says.source}`,
    run: ({ folder, kept }) => {
      const pem = openssl(['pkey', '-pubin', '-in', `${name}.pem`, '-text', '-noout'], folder)
      const der = openssl(
        ['pkey', '-pubin', '-inform', 'DER', '-in', `${name}.der`, '-text', '-noout'],
        folder,
      )
      if (!says.test(pem)) throw new Error(`OpenSSL says: ${pem}`)
      if (pem !== der) throw new Error('PEM and DER are of different keys')
      const jwk = createPublicKey(readFileSync(join(folder, `${name}.pem`))).export({
        format: 'jwk',
      })
      const shown = kept[`${name}N`] ?? kept[`${name}X`]
      if (Buffer.from(jwk.n ?? jwk.x, 'base64url').toString('base64') !== shown) {
        throw new Error(`az shows ${shown}, and OpenSSL reads ${jwk.n ?? jwk.x}`)
      }
    },
  },
]

const ALL_OF_RSA = inAnyOrder('encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey')

export const keyTypes = {
  title: 'keys of every type',
  lines: [
    made('rsa', '', { kty: 'RSA-HSM', keyOps: ALL_OF_RSA, e: 'AQAB' }),
    ...downloaded('rsa', /Public-Key: \(2048 bit\)/),
    made('rsa3072', '--kty RSA --size 3072', { kty: 'RSA-HSM' }),
    ...downloaded('rsa3072', /Public-Key: \(3072 bit\)/),
    made('rsa4096', '--kty RSA-HSM --size 4096', { kty: 'RSA-HSM' }),
    ...downloaded('rsa4096', /Public-Key: \(4096 bit\)/),
    made('p256', '--kty EC', { kty: 'EC-HSM', crv: 'P-256', keyOps: inAnyOrder('sign', 'verify') }),
    ...downloaded('p256', /NIST CURVE: P-256/),
    made('p384', '--curve P-384', { kty: 'EC-HSM', crv: 'P-384' }),
    ...downloaded('p384', /NIST CURVE: P-384/),
    made('p521', '--curve P-521 --protection hsm', { kty: 'EC-HSM', crv: 'P-521' }),
    ...downloaded('p521', /NIST CURVE: P-521/),
    made('p256k', '--kty EC-HSM --curve P-256K', { kty: 'EC-HSM', crv: 'P-256K' }),
    ...downloaded('p256k', /ASN1 OID: secp256k1/),
    made('oct128', '--kty oct-HSM --size 128', { kty: 'oct-HSM' }),
    made('oct192', '--kty oct-HSM --size 192', { kty: 'oct-HSM' }),
    made('oct256', '--kty oct --size 256', { kty: 'oct-HSM', k: null }),
    {
      line: `az keyvault key download ${HSM} --name oct256 --file oct.pem`,
      refused: /Unsupported key type: /,
      because: 'a symmetric key has no public part',
    },
    {
      line: `az keyvault key download ${HSM} --name rsa --file rsa.pem`,
      refused: /already exists/,
      because: 'az writes over no file',
    },
    {
      line: `az keyvault key create ${HSM} --name odd --kty RSA-HSM --size 1024`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key create ${HSM} --name odd_name`,
      refused: /\(BadParameter\) The request URI contains an invalid name: odd_name/,
    },
    {
      line: `az keyvault key create ${HSM} --name mixed --ops import encrypt`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key create ${HSM} --name curved --kty EC-HSM --ops encrypt`,
      refused: /\(BadParameter\)/,
    },
    {
      check: 'nothing is written for a refused download',
      run: ({ folder }) => {
        if (existsSync(join(folder, 'oct.pem'))) throw new Error('oct.pem is there')
      },
    },
  ],
}

const secondsOf = (instant) => Date.parse(instant) / 1000

export const keyAttributes = {
  title: 'attributes, tags and versions',
  lines: [
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM --not-before 2030-01-01T00:00:00Z --expires 2040-01-01T00:00:00Z --tags a=1 b --disabled true`,
      gives: {
        attributes: {
          enabled: false,
          nbf: secondsOf('2030-01-01T00:00:00Z'),
          exp: secondsOf('2040-01-01T00:00:00Z'),
          recoveryLevel: 'Recoverable+Purgeable',
          recoverableDays: 90,
          exportable: false,
        },
        tags: { a: '1', b: '' },
      },
      keep: { first: 'key.kid' },
    },
    {
      line: `az keyvault key set-attributes ${HSM} --name orders --enabled true --tags c=3 --ops verify --expires 2041-01-01T00:00:00Z`,
      gives: {
        attributes: { enabled: true, exp: secondsOf('2041-01-01T00:00:00Z') },
        key: { keyOps: ['verify'] },
        tags: (tags) => JSON.stringify(tags) === '{"c":"3"}',
      },
    },
    {
      line: `az keyvault key set-attributes ${HSM} --name orders --enabled false`,
      gives: { attributes: { enabled: false }, key: { keyOps: ['verify'] }, tags: { c: '3' } },
    },
    {
      line: `az keyvault key show ${HSM} --name orders`,
      gives: { attributes: { enabled: false } },
    },
    {
      line: `az keyvault key create ${HSM} --name orders --kty EC-HSM --curve P-384`,
      gives: { key: { crv: 'P-384' }, attributes: { enabled: true, exp: undefined }, tags: null },
      keep: { second: 'key.kid' },
    },
    { line: 'az keyvault key show --id {first}', gives: { key: { kid: '{first}', crv: 'P-256' } } },
    { line: 'az keyvault key show --id {second}', gives: { key: { crv: 'P-384' } } },
    {
      line: `az keyvault key show ${HSM} --name orders --version 00000000000000000000000000000000`,
      refused: /\(KeyNotFound\) Key not found/,
      exit: 3,
    },
    {
      line: 'az keyvault key set-attributes --id {first} --tags old=yes',
      gives: { key: { kid: '{first}' }, tags: { old: 'yes' } },
    },
    {
      line: `az keyvault key list-versions ${HSM} --name orders`,
      gives: (items, { first, second }) =>
        items.length === 2 &&
        [first, second].every((kid) => items.some((item) => item.kid === kid)),
    },
    {
      line: `az keyvault key list-versions ${HSM} --name orders --maxresults 1`,
      gives: (items) => items.length === 1,
    },
    { line: `az keyvault key list-versions ${HSM} --name nobodys`, gives: [] },
    {
      line: `az keyvault key set-attributes ${HSM} --name nobodys --enabled false`,
      refused: /\(KeyNotFound\)/,
    },
    {
      line: `az keyvault key set-attributes ${HSM} --name orders --tags ${Array.from({ length: 16 }, (_, n) => `t${n}=x`).join(' ')}`,
      refused: /\(BadParameter\)/,
    },
  ],
}
