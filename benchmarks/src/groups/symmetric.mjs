// AES, hashes and HMAC under one key of 256 bits. All draw a fresh IV where one is drawn; node:crypto checks the results.

import { deepEqual } from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { cbc, gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import * as primitives from '@pocket-hsm/crypto'
import rs from 'jsrsasign'
import forge from 'node-forge'
import { decrypt, encrypt, sign } from 'pocket-hsm'
import { binary, bytesToHex, fromBinary, hexToBytes, hsmWith, subtle } from '../subjects/keys.mjs'

const KEY = randomBytes(32)
const k = KEY.toString('base64url')
const hsm = hsmWith({ kty: 'oct', k })
const macHsm = hsmWith({ kty: 'oct', k }, { keyOps: ['sign', 'verify'] })
const stored = primitives.makeOctKey(KEY)
const random = (length) => crypto.getRandomValues(new Uint8Array(length))

const GCM = primitives.findAlgorithm('A256GCM')
const IN_FORGE = { GCM: 'AES-GCM', CBC: 'AES-CBC' }

export const symmetric = {
  name: 'aes-hmac',
  title: 'AES, hashes and HMAC',
  noise:
    'Microseconds: a busy machine and the garbage collector move them by a half. Below 10 µs only large ratios mean something. WebCrypto returns promises, which cost more than the cipher.',
  effort: (quick) =>
    quick
      ? { warmUp: 20, batch: 1, budget: 10, most: 10 }
      : { warmUp: 400, batch: 3, budget: 1000, most: 300 },
  async tasks() {
    const web = {
      gcm: await subtle.importKey('raw', KEY, 'AES-GCM', false, ['encrypt', 'decrypt']),
      cbc: await subtle.importKey('raw', KEY, 'AES-CBC', false, ['encrypt']),
      hmac: (hash) => subtle.importKey('raw', KEY, { name: 'HMAC', hash }, false, ['sign']),
    }
    return [
      gcmEncryption('64 bytes', 64, web),
      gcmOfGivenIv('64 bytes', 64),
      gcmEncryption('1 KiB', 1024, web),
      gcmEncryption('1 MiB', 1024 * 1024, web),
      gcmDecryption('1 KiB', 1024, web),
      cbcEncryption('A256CBC', '1 KiB', 1024),
      cbcDecryption('A256CBC', '1 KiB', 1024),
      cbcEncryption('A256CBCPAD', '1 KiB', 1024, web),
      await mac('HS256', 'SHA-256', sha256, '64 bytes', 64, web),
      await mac('HS256', 'SHA-256', sha256, '1 KiB', 1024, web),
      await mac('HS512', 'SHA-512', sha512, '64 bytes', 64, web),
      hashing('SHA-256', sha256, '1 KiB', 1024),
      hashing('SHA-512', sha512, '1 KiB', 1024),
    ]
  },
}

/** node-forge pads, unless the padding is replaced by a function that leaves the data as it is. */
function byForge(mode, iv, plaintext, isPadded) {
  const cipher = forge.cipher.createCipher(IN_FORGE[mode], binary(KEY))
  cipher.start({ iv: binary(iv) })
  cipher.update(forge.util.createBuffer(binary(plaintext)))
  cipher.finish(isPadded ? undefined : () => true)
  return fromBinary(cipher.output.getBytes() + (mode === 'GCM' ? cipher.mode.tag.getBytes() : ''))
}

function gcmEncryption(size, length, web) {
  const plaintext = Buffer.alloc(length, 5)
  return {
    name: `A256GCM encrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => encrypt(hsm, 'key', { alg: 'A256GCM', value: plaintext }),
      '@pocket-hsm/crypto': () => primitives.encrypt(stored, GCM, plaintext, {}, random),
      '@noble/ciphers'() {
        const iv = random(12)
        return { iv, sealed: gcm(KEY, iv).encrypt(plaintext) }
      },
      ...(length <= 1024 && {
        'node-forge'() {
          const iv = random(12)
          return { iv, sealed: byForge('GCM', iv, plaintext, true) }
        },
      }),
      async WebCrypto() {
        const iv = random(12)
        return { iv, sealed: await subtle.encrypt({ name: 'AES-GCM', iv }, web.gcm, plaintext) }
      },
      'node:crypto'() {
        const iv = random(12)
        const cipher = createCipheriv('aes-256-gcm', KEY, iv)
        const value = Buffer.concat([cipher.update(plaintext), cipher.final()])
        return { iv, value, tag: cipher.getAuthTag() }
      },
    },
    check: (_, { iv, ...made }) => deepEqual(openGcm(iv, sealedOf(made)), plaintext),
  }
}

const sealedOf = ({ sealed, ciphertext, value = ciphertext, tag }) =>
  sealed === undefined ? Buffer.concat([value, tag]) : Buffer.from(sealed)

function openGcm(iv, sealed) {
  const decipher = createDecipheriv('aes-256-gcm', KEY, iv)
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

/** The ciphers alone: neither time contains drawing an IV or the HSM. */
function gcmOfGivenIv(size, length) {
  const plaintext = Buffer.alloc(length, 5)
  const iv = random(12)
  return {
    name: `A256GCM encrypt, ${size}, with a given IV`,
    contenders: {
      '@pocket-hsm/crypto': () => primitives.encrypt(stored, GCM, plaintext, {}, () => iv),
      '@noble/ciphers': () => ({ sealed: gcm(KEY, iv).encrypt(plaintext) }),
    },
    check: (_, made) => deepEqual(openGcm(iv, sealedOf(made)), plaintext),
  }
}

function gcmDecryption(size, length, web) {
  const plaintext = Buffer.alloc(length, 5)
  const { iv, value, tag } = encrypt(hsm, 'key', { alg: 'A256GCM', value: plaintext })
  const sealed = Buffer.concat([value, tag])
  return {
    name: `A256GCM decrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => decrypt(hsm, 'key', { alg: 'A256GCM', value, iv, tag }).value,
      '@pocket-hsm/crypto': () => primitives.decrypt(stored, GCM, value, { iv, tag }),
      '@noble/ciphers': () => gcm(KEY, iv).decrypt(sealed),
      WebCrypto: () => subtle.decrypt({ name: 'AES-GCM', iv }, web.gcm, sealed),
      'node:crypto': () => openGcm(iv, sealed),
    },
    check: (_, opened) => deepEqual(Buffer.from(opened), plaintext),
  }
}

/** Without padding, WebCrypto cannot do the task. */
function cbcEncryption(alg, size, length, web) {
  const plaintext = Buffer.alloc(length, 5)
  const algorithm = primitives.findAlgorithm(alg)
  const isPadded = alg === 'A256CBCPAD'
  return {
    name: `${alg} encrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => encrypt(hsm, 'key', { alg, value: plaintext }),
      '@pocket-hsm/crypto': () => primitives.encrypt(stored, algorithm, plaintext, {}, random),
      '@noble/ciphers'() {
        const iv = random(16)
        return { iv, value: cbc(KEY, iv, { disablePadding: !isPadded }).encrypt(plaintext) }
      },
      'node-forge'() {
        const iv = random(16)
        return { iv, value: byForge('CBC', iv, plaintext, isPadded) }
      },
      ...(web && {
        async WebCrypto() {
          const iv = random(16)
          return { iv, value: await subtle.encrypt({ name: 'AES-CBC', iv }, web.cbc, plaintext) }
        },
      }),
      'node:crypto'() {
        const iv = random(16)
        const cipher = createCipheriv('aes-256-cbc', KEY, iv).setAutoPadding(isPadded)
        return { iv, value: Buffer.concat([cipher.update(plaintext), cipher.final()]) }
      },
    },
    check(_, { iv, ciphertext, value = ciphertext }) {
      const decipher = createDecipheriv('aes-256-cbc', KEY, iv).setAutoPadding(isPadded)
      const opened = [decipher.update(new Uint8Array(value)), decipher.final()]
      deepEqual(Buffer.concat(opened), plaintext)
    },
  }
}

function cbcDecryption(alg, size, length) {
  const plaintext = Buffer.alloc(length, 5)
  const algorithm = primitives.findAlgorithm(alg)
  const { iv, value } = encrypt(hsm, 'key', { alg, value: plaintext })
  return {
    name: `${alg} decrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => decrypt(hsm, 'key', { alg, value, iv }).value,
      '@pocket-hsm/crypto': () => primitives.decrypt(stored, algorithm, value, { iv }),
      '@noble/ciphers': () => cbc(KEY, iv, { disablePadding: true }).decrypt(value),
      'node-forge'() {
        const decipher = forge.cipher.createDecipher('AES-CBC', binary(KEY))
        decipher.start({ iv: binary(iv) })
        decipher.update(forge.util.createBuffer(binary(value)))
        decipher.finish(() => true)
        return fromBinary(decipher.output.getBytes())
      },
      'node:crypto'() {
        const decipher = createDecipheriv('aes-256-cbc', KEY, iv).setAutoPadding(false)
        return Buffer.concat([decipher.update(value), decipher.final()])
      },
    },
    check: (_, opened) => deepEqual(Buffer.from(opened), plaintext),
  }
}

async function mac(alg, hash, noble, size, length, web) {
  const message = Buffer.alloc(length, 5)
  const algorithm = primitives.findAlgorithm(alg)
  const name = hash.replace('-', '').toLowerCase()
  const webKey = await web.hmac(hash)
  const byNode = () => createHmac(name, KEY).update(message).digest()
  const expected = byNode()
  return {
    name: `${alg}, ${size}`,
    contenders: {
      'pocket-hsm': () => sign(macHsm, 'key', { alg, value: message }).value,
      '@pocket-hsm/crypto': () => primitives.sign(stored, algorithm, message, random),
      '@noble/hashes': () => hmac(noble, KEY, message),
      'node-forge'() {
        const made = forge.hmac.create()
        made.start(name, binary(KEY))
        made.update(binary(message))
        return fromBinary(made.digest().getBytes())
      },
      jsrsasign() {
        const pass = { hex: bytesToHex(KEY) }
        const made = new rs.KJUR.crypto.Mac({ alg: `Hmac${name.toUpperCase()}`, pass })
        made.updateHex(bytesToHex(message))
        return hexToBytes(made.doFinal())
      },
      WebCrypto: () => subtle.sign('HMAC', webKey, message),
      'node:crypto': byNode,
    },
    check: (_, made) => deepEqual(Buffer.from(made), expected),
  }
}

function hashing(name, noble, size, length) {
  const message = Buffer.alloc(length, 5)
  const nodeName = name.replace('-', '').toLowerCase()
  const byNode = () => createHash(nodeName).update(message).digest()
  const expected = byNode()
  return {
    name: `${name}, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => primitives.digest(name, message),
      '@noble/hashes': () => noble(message),
      'node-forge': () =>
        fromBinary(forge.md[nodeName].create().update(binary(message)).digest().getBytes()),
      WebCrypto: () => subtle.digest(name, message),
      'node:crypto': byNode,
    },
    check: (_, made) => deepEqual(Buffer.from(made), expected),
  }
}
