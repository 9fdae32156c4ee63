// What is timed in fresh processes: the tasks, and for each of them pocket-hsm and what people would use instead.
//
// Nothing that is timed is imported here: each contender's `load` does that while the clock runs.
// `input` is made once, by node:crypto, and handed to all contenders of a task as JSON.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { BEFORE, entryPointOf } from '../subjects/before.mjs'

const loadPocketHsm = () => import('pocket-hsm')
const loadNodeCrypto = () => import('node:crypto')
const loadNobleAes = () => import('@noble/ciphers/aes.js')
const loadNobleCurves = () => import('@noble/curves/nist.js')

/** What two libraries take that a test would import instead. */
const loadNobleCurvesAndAes = async () =>
  Object.assign(
    {},
    ...(await Promise.all([import('@noble/curves/nist.js'), import('@noble/ciphers/aes.js')])),
  )

const loadMicroRsa = () => import('micro-rsa-dsa-dh/rsa.js')

/** All of the noble family that pocket-hsm can come to use. */
const loadNoble = async () =>
  Object.assign(
    {},
    ...(await Promise.all([
      import('@noble/ciphers/aes.js'),
      import('@noble/curves/nist.js'),
      import('@noble/curves/secp256k1.js'),
      import('@noble/hashes/hkdf.js'),
      import('@noble/hashes/hmac.js'),
      import('@noble/hashes/legacy.js'),
      import('@noble/hashes/pbkdf2.js'),
      import('@noble/hashes/scrypt.js'),
      import('@noble/hashes/sha2.js'),
    ])),
  )

const importing = {
  name: 'import, and nothing else',
  input: () => null,
  contenders: {
    'pocket-hsm': { load: loadPocketHsm },
    'noble: ciphers, curves, hashes': { load: loadNoble },
    '@noble/curves/nist and @noble/ciphers/aes': { load: loadNobleCurvesAndAes },
    '@noble/ciphers/aes': { load: loadNobleAes },
    '@noble/curves/nist': { load: loadNobleCurves },
    'micro-rsa-dsa-dh/rsa': { load: loadMicroRsa },
  },
  check: (_, __, { modules }) => ok(Object.keys(modules).length > 0),
}

const signing = {
  name: 'a private P-256 key as a JWK in, an ES256 signature out',
  input({ generateKeyPairSync, createHash }) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const digest = createHash('sha256').update('one coffee').digest('hex')
    return { jwk: privateKey.export({ format: 'jwk' }), message: 'one coffee', digest }
  },
  contenders: {
    'pocket-hsm': {
      load: loadPocketHsm,
      run({ createHsm, importKey, sign }, { jwk, digest }) {
        const hsm = createHsm()
        importKey(hsm, 'orders', jwk)
        return sign(hsm, 'orders', { alg: 'ES256', value: hexToBytes(digest) }).value
      },
    },
    '@noble/curves/nist': {
      load: loadNobleCurves,
      run: ({ p256 }, { jwk, digest }) =>
        p256.sign(hexToBytes(digest), Buffer.from(jwk.d, 'base64url'), { prehash: false }),
    },
    'node:crypto': {
      load: loadNodeCrypto,
      run: ({ createPrivateKey, sign }, { jwk, message }) =>
        sign('sha256', Buffer.from(message), {
          key: createPrivateKey({ key: jwk, format: 'jwk' }),
          dsaEncoding: 'ieee-p1363',
        }),
    },
  },
  check({ createPublicKey, verify }, { jwk: { d, ...jwk }, message }, { result }) {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    ok(verify('sha256', Buffer.from(message), { key, dsaEncoding: 'ieee-p1363' }, result))
  },
}

const encrypting = {
  name: 'an AES-256 key and 1024 bytes in, their GCM ciphertext out',
  input: ({ randomBytes }) => ({
    k: randomBytes(32).toString('hex'),
    plaintext: randomBytes(1024).toString('hex'),
  }),
  contenders: {
    'pocket-hsm': {
      load: loadPocketHsm,
      run({ createHsm, importKey, encrypt }, { k, plaintext }) {
        const hsm = createHsm()
        importKey(hsm, 'content', { kty: 'oct', k: hexToBytes(k).toString('base64url') })
        return encrypt(hsm, 'content', { alg: 'A256GCM', value: hexToBytes(plaintext) })
      },
    },
    '@noble/ciphers/aes': {
      load: loadNobleAes,
      run({ gcm }, { k, plaintext }) {
        const iv = crypto.getRandomValues(new Uint8Array(12))
        const encrypted = gcm(hexToBytes(k), iv).encrypt(hexToBytes(plaintext))
        return { iv, value: encrypted.subarray(0, -16), tag: encrypted.subarray(-16) }
      },
    },
    'node:crypto': {
      load: loadNodeCrypto,
      run({ createCipheriv, randomBytes }, { k, plaintext }) {
        const iv = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', hexToBytes(k), iv)
        const value = Buffer.concat([cipher.update(hexToBytes(plaintext)), cipher.final()])
        return { iv, value, tag: cipher.getAuthTag() }
      },
    },
  },
  check({ createDecipheriv }, { k, plaintext }, { result: { iv, value, tag } }) {
    const decipher = createDecipheriv('aes-256-gcm', hexToBytes(k), iv, { authTagLength: 16 })
    const decrypted = Buffer.concat([decipher.setAuthTag(tag).update(value), decipher.final()])
    deepEqual(decrypted, hexToBytes(plaintext))
  },
}

/** `prove` signs with the key that was made; it is not timed. */
const generating = {
  name: 'nothing in, an RSA key of 2048 bits out',
  input: ({ createHash }) => ({
    message: 'one coffee',
    digest: createHash('sha256').update('one coffee').digest('hex'),
  }),
  contenders: {
    'pocket-hsm': {
      load: loadPocketHsm,
      run({ createHsm, createKey }) {
        const hsm = createHsm()
        return { hsm, bundle: createKey(hsm, 'invoices', { kty: 'RSA-HSM', keySize: 2048 }) }
      },
      prove: ({ sign }, { digest }, { hsm, bundle: { key } }) => ({
        jwk: { kty: 'RSA', n: key.n, e: key.e },
        signature: sign(hsm, 'invoices', { alg: 'RS256', value: hexToBytes(digest) }).value,
      }),
    },
    'micro-rsa-dsa-dh/rsa': {
      load: loadMicroRsa,
      run: ({ keygen }) => keygen(2048),
      prove: ({ PKCS1_SHA256 }, { message }, { publicKey: { n, e }, privateKey }) => ({
        jwk: { kty: 'RSA', n: numberToBase64url(n), e: numberToBase64url(e) },
        signature: PKCS1_SHA256.sign(privateKey, Buffer.from(message)),
      }),
    },
    'node:crypto': {
      load: loadNodeCrypto,
      run: ({ generateKeyPairSync }) => generateKeyPairSync('rsa', { modulusLength: 2048 }),
      prove: ({ sign }, { message }, { publicKey, privateKey }) => ({
        jwk: publicKey.export({ format: 'jwk' }),
        signature: sign('sha256', Buffer.from(message), privateKey),
      }),
    },
  },
  check({ createPublicKey, verify }, { message }, { proof: { jwk, signature } }) {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    equal(key.asymmetricKeyDetails.modulusLength, 2048)
    ok(verify('sha256', Buffer.from(message), key, signature))
  },
}

/**
 * The tasks. Each `check` throws unless what was timed gave the right result.
 *
 * @param {string} [before] The folder of a built checkout of an older version, which does the tasks as well.
 */
export const coldStartTasks = (before) =>
  [importing, signing, encrypting, generating].map(({ contenders, ...task }) => {
    const { 'pocket-hsm': ours, ...others } = contenders
    const older = before && { ...ours, load: () => import(entryPointOf(before, 'hsm')) }
    return {
      ...task,
      contenders: { 'pocket-hsm': ours, ...(older && { [BEFORE]: older }), ...others },
    }
  })

const hexToBytes = (text) => Buffer.from(text, 'hex')

function numberToBase64url(number) {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return bytes.toString('base64url')
}
