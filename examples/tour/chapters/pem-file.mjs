import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import * as nodeCrypto from 'node:crypto'
import { createHsm, importPem, sign, verify } from 'pocket-hsm'
import { publicKeyOf } from '../node-side.mjs'
import { isReason, reason, refused } from '../refused.mjs'
import { digest, invoice, opensslSignature, password, pem, publicPem } from '../sample.mjs'

export function pemFile(step) {
  const hsm = createHsm()
  const publicKey = nodeCrypto.createPublicKey(publicPem)

  step({
    title: 'refuses the wrong password',
    run: () => refused(() => importPem(hsm, 'invoices', pem, { password: 'guessed' })),
    shows: reason,
    verifier: 'node:crypto',
    check(error) {
      isReason('400 BadParameter')(error)
      throws(() => nodeCrypto.createPrivateKey({ key: pem, passphrase: 'guessed' }))
    },
  })

  step({
    title: 'imports signing-key.pem',
    run: () => importPem(hsm, 'invoices', pem, { password }),
    shows: ({ key }) => key.kty,
    verifier: 'OpenSSL',
    check(bundle) {
      ok(publicKeyOf(bundle).equals(publicKey), 'not the public half that OpenSSL wrote')
      deepEqual(Object.keys(bundle.key).sort(), ['e', 'key_ops', 'kid', 'kty', 'n'])
    },
  })

  const { value: signature } = step({
    title: 'signs the digest of invoice.csv with RS256',
    run: () => sign(hsm, 'invoices', { alg: 'RS256', value: digest }),
    verifier: 'node:crypto, OpenSSL',
    check({ value }) {
      ok(nodeCrypto.verify('sha256', invoice, publicKey, value))
      ok(opensslSignature.equals(value), 'not the signature that OpenSSL made')
    },
  })

  step({
    title: 'signs it with PS256',
    run: () => sign(hsm, 'invoices', { alg: 'PS256', value: digest }),
    verifier: 'node:crypto',
    check({ value }) {
      const padding = nodeCrypto.constants.RSA_PKCS1_PSS_PADDING
      const saltLength = nodeCrypto.constants.RSA_PSS_SALTLEN_DIGEST
      ok(nodeCrypto.verify('sha256', invoice, { key: publicKey, padding, saltLength }, value))
    },
  })

  const changed = Buffer.from(invoice.toString().replace('453.40', '953.40'))
  const changedDigest = nodeCrypto.createHash('sha256').update(changed).digest()
  step({
    title: 'finds the signature wrong for a changed invoice',
    run: () => verify(hsm, 'invoices', { alg: 'RS256', digest: changedDigest, value: signature }),
    verifier: 'node:crypto',
    check: (isRight) => equal(isRight, nodeCrypto.verify('sha256', changed, publicKey, signature)),
  })
}
