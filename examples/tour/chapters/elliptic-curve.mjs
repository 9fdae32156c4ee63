import { deepEqual, equal, ok } from 'node:assert/strict'
import * as nodeCrypto from 'node:crypto'
import { createHsm, createKey, importKey, sign, verify } from 'pocket-hsm'
import { nodeSignsEs256, nodeVerifiesEs256, publicKeyOf } from '../node-side.mjs'
import { digest, invoice } from '../sample.mjs'

const alg = 'ES256'

export function ellipticCurve(step) {
  const hsm = createHsm()

  const tags = { department: 'sales', country: 'NO' }
  const bundle = step({
    title: 'makes an EC-HSM key on P-256 with two tags',
    run: () => createKey(hsm, 'orders', { kty: 'EC-HSM', crv: 'P-256', tags }),
    shows: (made) => Object.values(made.tags).join(', '),
    verifier: 'node:crypto',
    check(made) {
      deepEqual(publicKeyOf(made).asymmetricKeyDetails, { namedCurve: 'prime256v1' })
      deepEqual(made.tags, tags)
    },
  })

  step({
    title: 'signs the digest of invoice.csv with ES256',
    run: () => sign(hsm, 'orders', { alg, value: digest }),
    verifier: 'node:crypto',
    check: ({ value }) => ok(nodeVerifiesEs256(publicKeyOf(bundle), invoice, value)),
  })

  // A twin: node:crypto made the key and keeps it, the HSM holds a copy.
  const twin = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  step({
    title: 'imports a twin that node:crypto made',
    run: () => importKey(hsm, 'twin', twin.privateKey.export({ format: 'jwk' })),
    shows: ({ key }) => key.kty,
    verifier: 'node:crypto',
    check: (imported) => ok(publicKeyOf(imported).equals(twin.publicKey)),
  })

  step({
    title: 'signs with the twin',
    run: () => sign(hsm, 'twin', { alg, value: digest }),
    verifier: 'node:crypto',
    check: ({ value }) => ok(nodeVerifiesEs256(twin.publicKey, invoice, value)),
  })

  const signature = nodeSignsEs256(twin.privateKey, invoice)
  step({
    title: 'verifies what node:crypto signed with the twin',
    run: () => verify(hsm, 'twin', { alg, digest, value: signature }),
    verifier: 'node:crypto',
    check: (isRight) => equal(isRight, true),
  })

  const spoilt = Buffer.from(signature)
  spoilt[40] ^= 1
  step({
    title: 'finds that signature wrong with one bit flipped',
    run: () => verify(hsm, 'twin', { alg, digest, value: spoilt }),
    verifier: 'node:crypto',
    check: (isRight) => equal(isRight, nodeVerifiesEs256(twin.publicKey, invoice, spoilt)),
  })
}
