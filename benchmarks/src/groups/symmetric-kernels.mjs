// AES, hashes and HMAC of @pocket-hsm/crypto next to the noble functions: the primitive with a stored key, without the
// HSM around it. All draw an IV from the host where one is drawn.

import { deepEqual } from 'node:assert/strict'
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { aeskw, cbc, gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import {
  decrypt,
  digest,
  encrypt,
  findAlgorithm,
  makeOctKey,
  sign,
  unwrapKey,
  wrapKey,
} from '@pocket-hsm/crypto'

const KEY = new Uint8Array(randomBytes(32))
const key = makeOctKey(KEY)
const random = (length) => crypto.getRandomValues(new Uint8Array(length))
const NO_PADDING = { disablePadding: true }
const ICV = Buffer.alloc(8, 0xa6)

export const symmetricKernels = {
  name: 'symmetric-kernels',
  title: 'AES, hashes and HMAC without the HSM',
  noise:
    'Microseconds: medians of what makes garbage rise first when the machine is busy. Compare the quartiles before the medians.',
  effort: (quick) =>
    quick
      ? { warmUp: 120, batch: 2, budget: 100, most: 60 }
      : { warmUp: 400, batch: 3, budget: 1200, most: 300 },
  tasks: async () => [
    gcmEncryption('64 bytes', 64),
    gcmEncryption('1 KiB', 1024),
    gcmEncryption('1 MiB', 1024 * 1024),
    gcmDecryption('1 KiB', 1024),
    cbcEncryption('1 KiB', 1024),
    cbcDecryption('1 KiB', 1024),
    keyWrap('32 bytes', 32),
    keyUnwrap('32 bytes', 32),
    hashing('SHA-256', sha256, '1 KiB', 1024),
    hashing('SHA-512', sha512, '1 KiB', 1024),
    mac('HS256', sha256, '64 bytes', 64),
    mac('HS512', sha512, '64 bytes', 64),
  ],
}

function gcmEncryption(size, length) {
  const algorithm = findAlgorithm('A256GCM')
  const plaintext = new Uint8Array(length).fill(5)
  return {
    name: `A256GCM encrypt, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => encrypt(key, algorithm, plaintext, {}, random),
      '@noble/ciphers'() {
        const iv = random(12)
        return { iv, sealed: gcm(KEY, iv).encrypt(plaintext) }
      },
      'node:crypto'() {
        const iv = random(12)
        const cipher = createCipheriv('aes-256-gcm', KEY, iv)
        const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
        return { iv, ciphertext, tag: cipher.getAuthTag() }
      },
    },
    check(_, { iv, sealed, ciphertext, tag }) {
      const joined = sealed ?? Buffer.concat([ciphertext, tag])
      const decipher = createDecipheriv('aes-256-gcm', KEY, iv)
      decipher.setAuthTag(joined.subarray(-16))
      const opened = [decipher.update(joined.subarray(0, -16)), decipher.final()]
      deepEqual(new Uint8Array(Buffer.concat(opened)), plaintext)
    },
  }
}

function gcmDecryption(size, length) {
  const algorithm = findAlgorithm('A256GCM')
  const plaintext = new Uint8Array(length).fill(5)
  const { iv, ciphertext, tag } = encrypt(key, algorithm, plaintext, {}, random)
  const sealed = new Uint8Array(Buffer.concat([ciphertext, tag]))
  return {
    name: `A256GCM decrypt, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => decrypt(key, algorithm, ciphertext, { iv, tag }),
      '@noble/ciphers': () => gcm(KEY, iv).decrypt(sealed),
      'node:crypto'() {
        const decipher = createDecipheriv('aes-256-gcm', KEY, iv)
        decipher.setAuthTag(tag)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      },
    },
    check: (_, opened) => deepEqual(new Uint8Array(opened), plaintext),
  }
}

function cbcEncryption(size, length) {
  const algorithm = findAlgorithm('A256CBC')
  const plaintext = new Uint8Array(length).fill(5)
  return {
    name: `A256CBC encrypt, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => encrypt(key, algorithm, plaintext, {}, random),
      '@noble/ciphers'() {
        const iv = random(16)
        return { iv, ciphertext: cbc(KEY, iv, NO_PADDING).encrypt(plaintext) }
      },
      'node:crypto'() {
        const iv = random(16)
        const cipher = createCipheriv('aes-256-cbc', KEY, iv).setAutoPadding(false)
        return { iv, ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final()]) }
      },
    },
    check(_, { iv, ciphertext }) {
      const decipher = createDecipheriv('aes-256-cbc', KEY, iv).setAutoPadding(false)
      const opened = [decipher.update(ciphertext), decipher.final()]
      deepEqual(new Uint8Array(Buffer.concat(opened)), plaintext)
    },
  }
}

function cbcDecryption(size, length) {
  const algorithm = findAlgorithm('A256CBC')
  const plaintext = new Uint8Array(length).fill(5)
  const { iv, ciphertext } = encrypt(key, algorithm, plaintext, {}, random)
  return {
    name: `A256CBC decrypt, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => decrypt(key, algorithm, ciphertext, { iv }),
      '@noble/ciphers': () => cbc(KEY, iv, NO_PADDING).decrypt(ciphertext),
      'node:crypto'() {
        const decipher = createDecipheriv('aes-256-cbc', KEY, iv).setAutoPadding(false)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      },
    },
    check: (_, opened) => deepEqual(new Uint8Array(opened), plaintext),
  }
}

function nodeWrap(keyData) {
  const cipher = createCipheriv('id-aes256-wrap', KEY, ICV)
  return Buffer.concat([cipher.update(keyData), cipher.final()])
}

function keyWrap(size, length) {
  const algorithm = findAlgorithm('A256KW')
  const keyData = random(length)
  const expected = new Uint8Array(nodeWrap(keyData))
  return {
    name: `A256KW wrap, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => wrapKey(key, algorithm, keyData, random),
      '@noble/ciphers': () => aeskw(KEY).encrypt(keyData),
      'node:crypto': () => nodeWrap(keyData),
    },
    check: (_, wrapped) => deepEqual(new Uint8Array(wrapped), expected),
  }
}

function keyUnwrap(size, length) {
  const algorithm = findAlgorithm('A256KW')
  const keyData = random(length)
  const wrapped = new Uint8Array(nodeWrap(keyData))
  return {
    name: `A256KW unwrap, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => unwrapKey(key, algorithm, wrapped),
      '@noble/ciphers': () => aeskw(KEY).decrypt(wrapped),
    },
    check: (_, unwrapped) => deepEqual(new Uint8Array(unwrapped), keyData),
  }
}

function hashing(name, noble, size, length) {
  const message = new Uint8Array(length).fill(5)
  const nodeName = name.replace('-', '').toLowerCase()
  const byNode = () => createHash(nodeName).update(message).digest()
  return {
    name: `${name}, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => digest(name, message),
      '@noble/hashes': () => noble(message),
      'node:crypto': byNode,
    },
    check: (_, hashed) => deepEqual(new Uint8Array(hashed), new Uint8Array(byNode())),
  }
}

function mac(name, noble, size, length) {
  const algorithm = findAlgorithm(name)
  const message = new Uint8Array(length).fill(5)
  const byNode = () => createHmac(name.replace('HS', 'sha'), KEY).update(message).digest()
  return {
    name: `${name} sign, ${size}`,
    contenders: {
      '@pocket-hsm/crypto': () => sign(key, algorithm, message, random),
      '@noble/hashes': () => hmac(noble, KEY, message),
      'node:crypto': byNode,
    },
    check: (_, made) => deepEqual(new Uint8Array(made), new Uint8Array(byNode())),
  }
}
