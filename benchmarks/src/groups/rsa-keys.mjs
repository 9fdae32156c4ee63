// Making RSA keys. The time is close to a geometric one: look at the count and the spread, not at one figure.

import { equal, ok } from 'node:assert/strict'
import { createHash, createPublicKey, createSign, generateKeyPairSync, verify } from 'node:crypto'
import rs from 'jsrsasign'
import { keygen, PKCS1_SHA256 } from 'micro-rsa-dsa-dh/rsa.js'
import forge from 'node-forge'
import { createHsm, createKey, sign } from 'pocket-hsm'
import {
  bigIntToBase64url,
  binary,
  bytesToHex,
  fromBinary,
  hexToBytes,
  subtle,
} from '../subjects/keys.mjs'

const MESSAGE = Buffer.from('one coffee')

/** Longer than a minute for one key: jsrsasign took 112 s and 227 s for 4096 bits. */
const TOO_SLOW = { 3072: ['jsrsasign'], 4096: ['jsrsasign'] }

export const rsaKeys = {
  name: 'rsa-keys',
  title: 'Making RSA keys',
  noise:
    'Very noisy: how long a key takes is chance, nearly geometric, so that even medians of thirty keys move by a fifth from run to run. Contenders with fewer than ten samples only show the order of magnitude.',
  effort: (quick) =>
    quick
      ? { warmUp: 0, batch: 0, budget: 300, most: 3 }
      : { warmUp: 0, batch: 0, budget: 20_000, most: 60 },
  tasks: ({ quick }) => (quick ? [2048] : [2048, 3072, 4096]).map(task),
}

function task(bits) {
  const hsm = createHsm()
  const makers = {
    'pocket-hsm': {
      run() {
        const { key } = createKey(hsm, 'invoices', { kty: 'RSA-HSM', keySize: bits })
        return key
      },
      prove: ({ kid, kty, n, e }) => ({
        jwk: { kty: kty.replace('-HSM', ''), n, e },
        signature: sign(hsm, kid, {
          alg: 'RS256',
          value: createHash('sha256').update(MESSAGE).digest(),
        }).value,
      }),
    },
    'micro-rsa-dsa-dh': {
      run: () => keygen(bits),
      prove: ({ publicKey: { n, e }, privateKey }) => ({
        jwk: { kty: 'RSA', n: bigIntToBase64url(n), e: bigIntToBase64url(e) },
        signature: PKCS1_SHA256.sign(privateKey, MESSAGE),
      }),
    },
    'node-forge': {
      run: () => forge.pki.rsa.generateKeyPair({ bits }),
      prove: ({ publicKey: { n, e }, privateKey }) => ({
        jwk: {
          kty: 'RSA',
          n: bigIntToBase64url(BigInt(n.toString())),
          e: bigIntToBase64url(BigInt(e.toString())),
        },
        signature: fromBinary(privateKey.sign(forge.md.sha256.create().update(binary(MESSAGE)))),
      }),
    },
    jsrsasign: {
      run: () => rs.KEYUTIL.generateKeypair('RSA', bits),
      prove({ prvKeyObj, pubKeyObj }) {
        const signer = new rs.KJUR.crypto.Signature({ alg: 'SHA256withRSA' })
        signer.init(prvKeyObj)
        signer.updateHex(bytesToHex(MESSAGE))
        return {
          jwk: {
            kty: 'RSA',
            n: bigIntToBase64url(BigInt(pubKeyObj.n.toString())),
            e: bigIntToBase64url(BigInt(pubKeyObj.e)),
          },
          signature: hexToBytes(signer.sign()),
        }
      },
    },
    WebCrypto: {
      run: () =>
        subtle.generateKey(
          {
            name: 'RSASSA-PKCS1-v1_5',
            modulusLength: bits,
            publicExponent: Uint8Array.of(1, 0, 1),
            hash: 'SHA-256',
          },
          true,
          ['sign', 'verify'],
        ),
      prove: async ({ publicKey, privateKey }) => ({
        jwk: await subtle.exportKey('jwk', publicKey),
        signature: await subtle.sign('RSASSA-PKCS1-v1_5', privateKey, MESSAGE),
      }),
    },
    'node:crypto': {
      run: () => generateKeyPairSync('rsa', { modulusLength: bits }),
      prove: ({ publicKey, privateKey }) => ({
        jwk: publicKey.export({ format: 'jwk' }),
        signature: createSign('sha256').update(MESSAGE).sign(privateKey),
      }),
    },
  }
  const contenders = Object.entries(makers).filter(([name]) => !TOO_SLOW[bits]?.includes(name))
  return {
    name: `RSA-${bits}`,
    contenders: Object.fromEntries(contenders.map(([name, { run }]) => [name, run])),
    /** Everyone's first key signs, and node:crypto verifies it. */
    async check(name, key) {
      const { jwk, signature } = await makers[name].prove(key)
      const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
      equal(publicKey.asymmetricKeyDetails.modulusLength, bits)
      ok(verify('sha256', MESSAGE, publicKey, new Uint8Array(signature)))
    },
  }
}
