// AES and HMAC under one key of 256 bits. Everyone draws a fresh IV; node:crypto opens what they made.

import { deepEqual } from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { cbc, gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as primitives from '@pocket-hsm/crypto'
import rs from 'jsrsasign'
import forge from 'node-forge'
import { decrypt, encrypt, sign } from 'pocket-hsm'
import { binary, bytesToHex, fromBinary, hexToBytes, hsmWith, subtle } from '../keys.mjs'

const KEY = randomBytes(32)
const k = KEY.toString('base64url')
const hsm = hsmWith({ kty: 'oct', k })
const macHsm = hsmWith({ kty: 'oct', k }, { keyOps: ['sign', 'verify'] })

export const symmetric = {
  name: 'aes-hmac',
  title: 'AES and HMAC',
  noise:
    'Microseconds: a busy machine and the garbage collector move them by a half. Below 10 µs only large ratios mean something. WebCrypto answers promises, which costs more than the cipher does.',
  effort: (quick) =>
    quick
      ? { warmUp: 120, batch: 2, budget: 100, most: 60 }
      : { warmUp: 400, batch: 3, budget: 1200, most: 300 },
  async tasks() {
    const web = {
      gcm: await subtle.importKey('raw', KEY, 'AES-GCM', false, ['encrypt', 'decrypt']),
      cbc: await subtle.importKey('raw', KEY, 'AES-CBC', false, ['encrypt']),
      hmac: await subtle.importKey('raw', KEY, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    }
    return [
      gcmEncryption('64 bytes', 64, web),
      gcmOfGivenIv('64 bytes', 64),
      gcmEncryption('1 KiB', 1024, web),
      gcmEncryption('1 MiB', 1024 * 1024, web),
      gcmDecryption('1 KiB', 1024, web),
      cbcEncryption('1 KiB', 1024, web),
      mac('64 bytes', 64, web),
      mac('1 KiB', 1024, web),
    ]
  },
}

const freshIv = (length) => crypto.getRandomValues(new Uint8Array(length))

function gcmEncryption(size, length, web) {
  const plaintext = Buffer.alloc(length, 5)
  const joined = ({ iv, value, tag }) => Buffer.concat([iv, value, tag])
  const withIv = (iv, sealed) => Buffer.concat([iv, new Uint8Array(sealed)])
  return {
    name: `A256GCM encrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => encrypt(hsm, 'key', { alg: 'A256GCM', value: plaintext }),
      '@noble/ciphers'() {
        const iv = freshIv(12)
        return { iv, sealed: gcm(KEY, iv).encrypt(plaintext) }
      },
      ...(length <= 1024 && {
        'node-forge'() {
          const iv = freshIv(12)
          const cipher = forge.cipher.createCipher('AES-GCM', binary(KEY))
          cipher.start({ iv: binary(iv) })
          cipher.update(forge.util.createBuffer(binary(plaintext)))
          cipher.finish()
          const sealed = cipher.output.getBytes() + cipher.mode.tag.getBytes()
          return { iv, sealed: fromBinary(sealed) }
        },
      }),
      async WebCrypto() {
        const iv = freshIv(12)
        return { iv, sealed: await subtle.encrypt({ name: 'AES-GCM', iv }, web.gcm, plaintext) }
      },
      'node:crypto'() {
        const iv = freshIv(12)
        const cipher = createCipheriv('aes-256-gcm', KEY, iv)
        const value = Buffer.concat([cipher.update(plaintext), cipher.final()])
        return { iv, value, tag: cipher.getAuthTag() }
      },
    },
    check(_, result) {
      const sealed = result.tag ? joined(result) : withIv(result.iv, result.sealed)
      const decipher = createDecipheriv('aes-256-gcm', KEY, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(-16))
      const opened = [decipher.update(sealed.subarray(12, -16)), decipher.final()]
      deepEqual(Buffer.concat(opened), plaintext)
    },
  }
}

/** The ciphers alone: what drawing an IV and the HSM cost is in neither. */
function gcmOfGivenIv(size, length) {
  const plaintext = Buffer.alloc(length, 5)
  const iv = freshIv(12)
  const stored = primitives.makeOctKey(KEY)
  const algorithm = primitives.findAlgorithm('A256GCM')
  const expected = gcm(KEY, iv).encrypt(plaintext)
  return {
    name: `A256GCM encrypt, ${size}, with a given IV`,
    contenders: {
      '@pocket-hsm/crypto': () => primitives.encrypt(stored, algorithm, plaintext, {}, () => iv),
      '@noble/ciphers': () => gcm(KEY, iv).encrypt(plaintext),
    },
    check(_, sealed) {
      const bytes = sealed.tag ? Buffer.concat([sealed.ciphertext, sealed.tag]) : sealed
      deepEqual(Buffer.from(bytes), Buffer.from(expected))
    },
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
      '@noble/ciphers': () => gcm(KEY, iv).decrypt(sealed),
      WebCrypto: () => subtle.decrypt({ name: 'AES-GCM', iv }, web.gcm, sealed),
      'node:crypto'() {
        const decipher = createDecipheriv('aes-256-gcm', KEY, iv)
        decipher.setAuthTag(tag)
        return Buffer.concat([decipher.update(value), decipher.final()])
      },
    },
    check: (_, opened) => deepEqual(Buffer.from(opened), plaintext),
  }
}

function cbcEncryption(size, length, web) {
  const plaintext = Buffer.alloc(length, 5)
  return {
    name: `A256CBCPAD encrypt, ${size}`,
    contenders: {
      'pocket-hsm': () => encrypt(hsm, 'key', { alg: 'A256CBCPAD', value: plaintext }),
      '@noble/ciphers'() {
        const iv = freshIv(16)
        return { iv, value: cbc(KEY, iv).encrypt(plaintext) }
      },
      'node-forge'() {
        const iv = freshIv(16)
        const cipher = forge.cipher.createCipher('AES-CBC', binary(KEY))
        cipher.start({ iv: binary(iv) })
        cipher.update(forge.util.createBuffer(binary(plaintext)))
        cipher.finish()
        return { iv, value: fromBinary(cipher.output.getBytes()) }
      },
      async WebCrypto() {
        const iv = freshIv(16)
        return { iv, value: await subtle.encrypt({ name: 'AES-CBC', iv }, web.cbc, plaintext) }
      },
      'node:crypto'() {
        const iv = freshIv(16)
        const cipher = createCipheriv('aes-256-cbc', KEY, iv)
        return { iv, value: Buffer.concat([cipher.update(plaintext), cipher.final()]) }
      },
    },
    check(_, { iv, value }) {
      const decipher = createDecipheriv('aes-256-cbc', KEY, iv)
      const opened = [decipher.update(new Uint8Array(value)), decipher.final()]
      deepEqual(Buffer.concat(opened), plaintext)
    },
  }
}

function mac(size, length, web) {
  const message = Buffer.alloc(length, 5)
  const expected = createHmac('sha256', KEY).update(message).digest()
  return {
    name: `HS256, ${size}`,
    contenders: {
      'pocket-hsm': () => sign(macHsm, 'key', { alg: 'HS256', value: message }).value,
      '@noble/hashes': () => hmac(sha256, KEY, message),
      'node-forge'() {
        const made = forge.hmac.create()
        made.start('sha256', binary(KEY))
        made.update(binary(message))
        return fromBinary(made.digest().getBytes())
      },
      jsrsasign() {
        const made = new rs.KJUR.crypto.Mac({ alg: 'HmacSHA256', pass: { hex: bytesToHex(KEY) } })
        made.updateHex(bytesToHex(message))
        return hexToBytes(made.doFinal())
      },
      WebCrypto: () => subtle.sign('HMAC', web.hmac, message),
      'node:crypto': () => createHmac('sha256', KEY).update(message).digest(),
    },
    check: (_, made) => deepEqual(Buffer.from(made), expected),
  }
}
