import { deepEqual, ok } from 'node:assert/strict'
import * as nodeCrypto from 'node:crypto'
import { createHsm, createKey, importPem, sign, unwrapKey, wrapKey } from 'pocket-hsm'
import { nodeDecrypts, nodeEncrypts, publicKeyOf } from '../node-side.mjs'
import { isReason, reason, refused } from '../refused.mjs'
import { digest, invoice, password, pem } from '../sample.mjs'

const alg = 'RSA-OAEP-256'

export function wrapping(step) {
  const hsm = createHsm()

  // node:crypto encrypts the invoice under a content key of its own: who has that key can read it.
  const contentKey = nodeCrypto.randomBytes(32)
  const encryptedInvoice = nodeEncrypts(contentKey, invoice, Buffer.from('invoice.csv'))
  const opensInvoice = ({ value }) => ok(nodeDecrypts(value, encryptedInvoice).equals(invoice))

  const kek = step({
    title: 'makes an RSA-HSM key of 3072 bits',
    run: () =>
      createKey(hsm, 'kek', { kty: 'RSA-HSM', keySize: 3072, keyOps: ['wrapKey', 'unwrapKey'] }),
    shows: ({ key }) => key.key_ops.join(', '),
    verifier: 'node:crypto',
    check(bundle) {
      deepEqual(publicKeyOf(bundle).asymmetricKeyDetails, {
        modulusLength: 3072,
        publicExponent: 65537n,
      })
      deepEqual(bundle.key.key_ops, ['wrapKey', 'unwrapKey'])
    },
  })

  const oaep = { padding: nodeCrypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const wrappedByNode = nodeCrypto.publicEncrypt({ key: publicKeyOf(kek), ...oaep }, contentKey)
  step({
    title: 'unwraps a content key that node:crypto wrapped',
    run: () => unwrapKey(hsm, 'kek', { alg, value: wrappedByNode }),
    verifier: 'node:crypto',
    check: opensInvoice,
  })

  const wrapped = step({
    title: 'wraps that content key itself',
    run: () => wrapKey(hsm, 'kek', { alg, value: contentKey }),
    shows: ({ value }) => `${value.length} bytes`,
    verifier: 'node:assert',
    check({ value }) {
      deepEqual(value.length, 3072 / 8)
      ok(!wrappedByNode.equals(value), 'OAEP is random: the same bytes twice are not')
    },
  })
  step({
    title: 'and unwraps what it wrapped',
    run: () => unwrapKey(hsm, wrapped.kid, { alg, value: wrapped.value }),
    verifier: 'node:crypto',
    check: opensInvoice,
  })

  importPem(hsm, 'shared-kek', pem, { password })
  step({
    title: 'wraps for the holder of signing-key.pem',
    run: () => wrapKey(hsm, 'shared-kek', { alg, value: contentKey }),
    verifier: 'node:crypto',
    check({ value }) {
      const privateKey = nodeCrypto.createPrivateKey({ key: pem, passphrase: password })
      opensInvoice({ value: nodeCrypto.privateDecrypt({ key: privateKey, ...oaep }, value) })
    },
  })

  step({
    title: 'refuses to sign',
    run: () => refused(() => sign(hsm, 'kek', { alg: 'RS256', value: digest })),
    shows: reason,
    verifier: 'node:assert',
    check: isReason('403 Forbidden KeyOperationForbidden'),
  })
}
