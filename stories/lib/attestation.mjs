// An attestation authority and an enclave of node:crypto, for a server that is to trust the one and wrap keys for the other.

import { constants, generateKeyPairSync, privateDecrypt, sign } from 'node:crypto'

const ISSUER = 'https://attest.test'

/**
 * Makes both.
 *
 * @returns The option of the server that trusts the authority, a policy that the tokens meet, and what an enclave does.
 */
export function createAttestation() {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const enclave = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = enclave.publicKey.export({ format: 'jwk' })
  return {
    attestationKeys: { [ISSUER]: [authority.publicKey.export({ format: 'jwk' })] },
    policy: {
      version: '1.0.0',
      anyOf: [{ authority: ISSUER, allOf: [{ claim: 'debuggable', equals: false }] }],
    },
    mintToken: (debuggable) => {
      const now = Math.floor(Date.now() / 1000)
      const keys = [{ ...jwk, kid: 'enclave', use: 'enc' }]
      const claims = { iss: ISSUER, nbf: now - 60, exp: now + 3600, debuggable }
      const input = [
        { alg: 'ES256', typ: 'JWT' },
        { ...claims, 'x-ms-runtime': { keys } },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const key = { key: authority.privateKey, dsaEncoding: 'ieee-p1363' }
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
    open: (value) =>
      privateDecrypt(
        {
          key: enclave.privateKey,
          padding: constants.RSA_PKCS1_OAEP_PADDING,
          oaepHash: 'sha256',
        },
        Buffer.from(value, 'base64url'),
      ),
  }
}
