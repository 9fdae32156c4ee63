// How each library makes a key pair on a curve, and what to read out of it for a check.

import { deepEqual, ok } from 'node:assert/strict'
import { createECDH, createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { exportJwk, generateKey } from '@pocket-hsm/crypto'
import elliptic from 'elliptic'
import rs from 'jsrsasign'
import { createHsm, createKey, forkHsm, sign } from 'pocket-hsm'
import { hexToBytes, subtle } from './keys.mjs'

/** What node:crypto's ECDH calls the curves. */
const OPENSSL_NAMES = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  'P-256K': 'secp256k1',
}

const fromJwk = ({ d, x, y }) => ({
  d: Buffer.from(d, 'base64url'),
  point: Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
})

/**
 * What makes a key pair, by contender: `run` makes it; `bytesOf` reads the private key and the uncompressed point. The
 * private key of an HSM does not leave it: `signatureOf` signs a digest instead.
 *
 * @param {object} curve What each library calls the curve, and noble's own.
 */
export function generatorsOf({
  crv,
  named,
  alg,
  width,
  noble,
  inElliptic,
  inJsrsasign,
  inWebCrypto,
}) {
  const empty = createHsm()
  const ec = new elliptic.ec(inElliptic)
  return {
    'pocket-hsm': {
      run() {
        const hsm = forkHsm(empty)
        return { hsm, key: createKey(hsm, 'key', { kty: 'EC', crv }).key }
      },
      signatureOf: ({ hsm, key }, digest) => ({
        jwk: { kty: 'EC', crv: named, x: key.x, y: key.y },
        value: sign(hsm, 'key', { alg, value: digest }).value,
      }),
    },
    '@pocket-hsm/crypto': {
      run: () => generateKey({ kty: 'EC', crv }, hostRandom),
      bytesOf: (key) => fromJwk(exportJwk(key)),
    },
    '@noble/curves': {
      run: () => noble.keygen(),
      bytesOf: ({ secretKey }) => ({ d: secretKey, point: noble.getPublicKey(secretKey, false) }),
    },
    elliptic: {
      run: () => ec.genKeyPair(),
      bytesOf: (pair) => ({
        d: pair.getPrivate().toBuffer('be', width),
        point: Buffer.from(pair.getPublic('array')),
      }),
    },
    ...(inJsrsasign && {
      jsrsasign: {
        run: () => rs.KEYUTIL.generateKeypair('EC', inJsrsasign),
        bytesOf: ({ prvKeyObj, pubKeyObj }) => ({
          d: hexToBytes(prvKeyObj.prvKeyHex),
          point: hexToBytes(pubKeyObj.pubKeyHex),
        }),
      },
    }),
    ...(inWebCrypto && {
      WebCrypto: {
        run: () =>
          subtle.generateKey({ name: 'ECDSA', namedCurve: inWebCrypto }, true, ['sign', 'verify']),
        bytesOf: async ({ privateKey }) => fromJwk(await subtle.exportKey('jwk', privateKey)),
      },
    }),
    'node:crypto': {
      run: () => generateKeyPairSync('ec', { namedCurve: named }),
      bytesOf: ({ privateKey }) => fromJwk(privateKey.export({ format: 'jwk' })),
    },
  }
}

const MESSAGE = Buffer.from('one coffee')

/**
 * Checks a key pair with node:crypto.
 *
 * @param {object} curve One of those that `generatorsOf` takes.
 * @param {object} generator What made the pair.
 * @param {object} made What its `run` returned.
 * @throws {import('node:assert').AssertionError} The point is not that of the private key.
 */
export async function checkKeyPair({ crv, hash }, { bytesOf, signatureOf }, made) {
  if (signatureOf) {
    const { jwk, value } = signatureOf(made, createHash(hash).update(MESSAGE).digest())
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    ok(verify(hash, MESSAGE, { key, dsaEncoding: 'ieee-p1363' }, value))
    return
  }
  const { d, point } = await bytesOf(made)
  const ecdh = createECDH(OPENSSL_NAMES[crv])
  ecdh.setPrivateKey(d)
  deepEqual(ecdh.getPublicKey(), Buffer.from(point))
}

const hostRandom = (length) => crypto.getRandomValues(new Uint8Array(length))
