/** Key files: PKCS#8, SPKI, PKCS#1 and SEC 1, as DER and PEM, valid ones and ones to refuse. */

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { hexToBytes } from './bytes.mjs'
import { fromPackage } from './debian-package.mjs'

const GOOD = [
  { file: 'PKCS8/ec_private_key.pem', form: 'pem' },
  { file: 'PKCS8/ecc_private_with_rfc5915_ext.pem', form: 'pem' },
  { file: 'PKCS8/ec_private_key_encrypted.pem', form: 'pem', password: '123456' },
  { file: 'PKCS8/enc2-rsa-pkcs8.pem', form: 'pem', password: 'baz' },
  { file: 'PKCS8/unenc-rsa-pkcs8.pem', form: 'pem' },
  { file: 'PEM_Serialization/ec_private_key.pem', form: 'pem' },
  { file: 'PEM_Serialization/ec_private_key_encrypted.pem', form: 'pem', password: '123456' },
  { file: 'PKCS8/enc-rsa-pkcs8.pem', form: 'pem', password: 'foobar' },
  { file: 'PKCS8/pkcs12_s2k_pem-X_9607.pem', form: 'pem', password: '123456' },
  { file: 'PEM_Serialization/rsa_private_key.pem', form: 'pem', password: '123456' },
  { file: 'PKCS8/unenc-rsa-pkcs8.pub.pem', form: 'public-pem' },
  { file: 'PEM_Serialization/ec_public_key.pem', form: 'public-pem' },
  { file: 'PEM_Serialization/rsa_public_key.pem', form: 'public-pem' },
  { file: 'public/PKCS1/rsa.pub.pem', form: 'public-pem' },
  { file: 'DER_Serialization/unenc-rsa-pkcs8.der', form: 'pkcs8' },
  { file: 'DER_Serialization/enc2-rsa-pkcs8.der', form: 'encrypted-pkcs8', password: 'baz' },
  {
    file: 'DER_Serialization/ec_private_key_encrypted.der',
    form: 'encrypted-pkcs8',
    password: '123456',
  },
  { file: 'DER_Serialization/enc-rsa-pkcs8.der', form: 'encrypted-pkcs8', password: 'foobar' },
  { file: 'DER_Serialization/ec_private_key.der', form: 'sec1' },
  { file: 'DER_Serialization/ec_public_key.der', form: 'spki' },
  { file: 'DER_Serialization/rsa_public_key.der', form: 'spki' },
  { file: 'DER_Serialization/unenc-rsa-pkcs8.pub.der', form: 'spki' },
  { file: 'public/PKCS1/rsa.pub.der', form: 'pkcs1-public' },
]

/** `unsupported`: a valid key of an unsupported kind; `invalid`: not a valid key; `password`: a wrong password. */
const REFUSED = {
  unsupported: [
    { file: 'PKCS8/rsa_pss_2048.pem', form: 'pem', why: 'RSASSA-PSS identifier' },
    { file: 'PKCS8/rsa_pss_2048_hash.pem', form: 'pem', why: 'RSASSA-PSS identifier' },
    { file: 'PKCS8/rsa_pss_2048_hash_mask_salt.pem', form: 'pem', why: 'RSASSA-PSS identifier' },
    { file: 'PKCS8/unenc-dsa-pkcs8.pem', form: 'pem', why: 'DSA' },
    { file: 'PKCS8/bad-oid-dsa-key.pem', form: 'pem', why: 'unknown algorithm' },
    {
      file: 'PKCS8/ec_oid_not_in_reg_private_2.pkcs8.pem',
      form: 'pem',
      why: 'explicit curve parameters',
    },
    { file: 'PKCS8/nodompar_private.pkcs8.pem', form: 'pem', why: 'explicit curve parameters' },
    { file: 'PKCS8/private.pem', form: 'pem', why: 'explicit curve parameters' },
    { file: 'PKCS8/withdompar_private.pkcs8.pem', form: 'pem', why: 'unknown curve' },
    {
      file: 'PKCS8/bad-encryption-oid.pem',
      form: 'pem',
      password: '123456',
      why: 'unknown encryption',
    },
    { file: 'PEM_Serialization/dsa_4096.pem', form: 'pem', why: 'DSA' },
    { file: 'Traditional_OpenSSL_Serialization/testrsa.pem', form: 'pem', why: '512 bits' },
    { file: 'PEM_Serialization/dsa_public_key.pem', form: 'public-pem', why: 'DSA' },
    { file: 'DER_Serialization/unenc-dsa-pkcs8.der', form: 'pkcs8', why: 'DSA' },
    { file: 'DER_Serialization/testrsa.der', form: 'pkcs1', why: '512 bits' },
    { file: 'DER_Serialization/dsa_public_key.der', form: 'spki', why: 'DSA' },
    { file: 'PKCS8/rsa_pss_2048_pub.der', form: 'spki', why: 'RSASSA-PSS identifier' },
  ],
  invalid: [
    { file: 'PEM_Serialization/rsa-bad-1025-q-is-2.pem', form: 'pem', why: 'q is 2' },
    { file: 'PEM_Serialization/dsaparam.pem', form: 'pem', why: 'no key in it' },
    { file: 'PEM_Serialization/ec_public_key.pem', form: 'pem', why: 'a public key alone' },
    {
      file: 'DER_Serialization/ec_private_key.der',
      form: 'pkcs8',
      why: 'SEC 1 where PKCS#8 is asked for',
    },
  ],
  password: [
    {
      file: 'PKCS8/ec_private_key_encrypted.pem',
      form: 'pem',
      password: '1234567',
      why: 'wrong password',
    },
    {
      file: 'PEM_Serialization/ec_private_key_encrypted.pem',
      form: 'pem',
      password: '1234567',
      why: 'wrong password',
    },
    {
      file: 'DER_Serialization/enc2-rsa-pkcs8.der',
      form: 'encrypted-pkcs8',
      password: 'bar',
      why: 'wrong password',
    },
  ],
}

export function buildKeyFile(read) {
  const keys = {}
  const good = GOOD.map(({ file, form, password }) => {
    const content = contentOf(read, file, form)
    const jwk = readWithNode({ form, password, ...content })
    return {
      id: file,
      src: 'pyca',
      form,
      ...content,
      ...withPassword(password),
      key: nameOf(jwk, keys),
      valid: true,
    }
  })
  const bad = Object.entries(REFUSED).flatMap(([refusal, rows]) =>
    rows.map(({ file, form, password, why }) => ({
      id: `${file} as ${form}: ${why}`,
      ...{ src: 'pyca', form, ...contentOf(read, file, form), ...withPassword(password) },
      ...{ refusal, valid: false, why },
    })),
  )
  for (const { id, form, password, ...content } of bad.filter(
    ({ refusal }) => refusal === 'password',
  )) {
    assert.throws(() => readWithNode({ form, password, ...content }), undefined, id)
  }
  const provenance = [
    fromPackage('pyca', 'pyca: key files made with OpenSSL and others', 'asymmetric/*'),
  ]
  return [
    {
      file: 'key-file.json',
      primitive: 'PKCS#8, SPKI, PKCS#1, SEC 1; DER and PEM',
      provenance,
      keys,
      cases: [...good, ...bad],
    },
  ]
}

const withPassword = (password) => (password === undefined ? {} : { password })

/** Returns only the block of a PEM file: some files have a dump of the contents next to it. */
function contentOf(read, file, form) {
  if (!form.endsWith('pem')) return { der: read(`asymmetric/${file}`, 'hex') }
  const block = /-----BEGIN [^-]+-----[^-]+(?:-[^-]+)*?-----END [^-]+-----/.exec(
    read(`asymmetric/${file}`),
  )
  assert.ok(block, file)
  return { pem: `${block[0].replaceAll('\r', '')}\n` }
}

const NODE_TYPES = {
  pkcs8: 'pkcs8',
  'encrypted-pkcs8': 'pkcs8',
  sec1: 'sec1',
  spki: 'spki',
  'pkcs1-public': 'pkcs1',
}

function readWithNode({ form, pem, der, password }) {
  const isPublic = ['public-pem', 'spki', 'pkcs1-public'].includes(form)
  const create = isPublic ? createPublicKey : createPrivateKey
  const key = pem ?? hexToBytes(der)
  const format = pem === undefined ? { format: 'der', type: NODE_TYPES[form] } : { format: 'pem' }
  return create({ key, ...format, passphrase: password }).export({ format: 'jwk' })
}

/** Many files hold the same key: it is stored once. */
function nameOf(jwk, keys) {
  const known = Object.keys(keys).find((name) => JSON.stringify(keys[name]) === JSON.stringify(jwk))
  if (known !== undefined) return known
  const name = `${jwk.kty}-${jwk.d === undefined ? 'public' : 'private'}-${Object.keys(keys).length + 1}`
  keys[name] = jwk
  return name
}
