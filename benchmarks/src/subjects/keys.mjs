// The same keys for everyone: made by node:crypto, in each library's own form.

import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto'
import { importJwk } from '@pocket-hsm/crypto'
import rs from 'jsrsasign'
import forge from 'node-forge'
import { createHsm, importKey } from 'pocket-hsm'

// Otherwise node-forge asks node:crypto to do the work.
forge.options.usePureJavaScript = true

export const { subtle } = webcrypto

/** An HSM with one key in it, and the name of the key. */
export function hsmWith(jwk, options) {
  const hsm = createHsm()
  importKey(hsm, 'key', jwk, options)
  return hsm
}

/** An RSA key pair for every library. */
export function rsaKeys(modulusLength) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' })
  const spki = publicKey.export({ format: 'pem', type: 'spki' })
  const jwk = privateKey.export({ format: 'jwk' })
  const [n, e, d] = ['n', 'e', 'd'].map((member) => toBigInt(jwk[member]))
  return {
    jwk,
    hsm: hsmWith(jwk),
    node: { privateKey, publicKey },
    micro: { privateKey: { n, d }, publicKey: { n, e } },
    forge: {
      privateKey: forge.pki.privateKeyFromPem(pkcs8),
      publicKey: forge.pki.publicKeyFromPem(spki),
    },
    jsrsasign: { privateKey: rs.KEYUTIL.getKey(pkcs8), publicKey: rs.KEYUTIL.getKey(spki) },
    web: (algorithm, usages) => webKeys({ privateKey, publicKey }, algorithm, usages),
  }
}

/** An EC key pair for every library. */
export function ecKeys(namedCurve) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const { kty, crv, x, y, d } = privateKey.export({ format: 'jwk' })
  const jwk = { kty, crv: crv === 'secp256k1' ? 'P-256K' : crv, x, y, d }
  return {
    jwk,
    hsm: hsmWith(jwk),
    crypto: importJwk(jwk),
    node: { privateKey, publicKey },
    noble: {
      privateKey: Buffer.from(d, 'base64url'),
      publicKey: Buffer.concat([
        Buffer.of(4),
        Buffer.from(x, 'base64url'),
        Buffer.from(y, 'base64url'),
      ]),
    },
    jsrsasign: {
      privateKey: rs.KEYUTIL.getKey(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      publicKey: rs.KEYUTIL.getKey(publicKey.export({ format: 'pem', type: 'spki' })),
    },
    web: () =>
      webKeys({ privateKey, publicKey }, { name: 'ECDSA', namedCurve: crv }, ['sign', 'verify']),
  }
}

async function webKeys({ privateKey, publicKey }, algorithm, [privateUse, publicUse]) {
  const pkcs8 = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const spki = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }))
  return {
    privateKey: await subtle.importKey(
      'pkcs8',
      pkcs8.export({ format: 'der', type: 'pkcs8' }),
      algorithm,
      false,
      [privateUse],
    ),
    publicKey: await subtle.importKey(
      'spki',
      spki.export({ format: 'der', type: 'spki' }),
      algorithm,
      false,
      [publicUse],
    ),
  }
}

/** What node-forge calls a buffer: bytes as the characters of a string. */
export const binary = (bytes) => Buffer.from(bytes).toString('binary')

export const fromBinary = (text) => Buffer.from(text, 'binary')

export const bytesToHex = (bytes) => Buffer.from(bytes).toString('hex')

export const hexToBytes = (text) => Buffer.from(text, 'hex')

export const toBigInt = (base64url) =>
  BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`)

export function bigIntToBase64url(number) {
  const digits = number.toString(16)
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url')
}
