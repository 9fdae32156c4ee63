import { equal, ok } from 'node:assert/strict'
import * as nodeCrypto from 'node:crypto'
import { createHsm, createKey, decrypt, encrypt, importKey, unwrapKey, wrapKey } from 'pocket-hsm'
import { nodeDecrypts, nodeEncrypts, nodeUnwraps, nodeWraps } from '../node-side.mjs'
import { isReason, reason, refused } from '../refused.mjs'
import { invoice } from '../sample.mjs'

const A256GCM = 'A256GCM'
const A256KW = 'A256KW'
const aad = Buffer.from('invoice.csv')

export function symmetric(step) {
  const hsm = createHsm()
  const contentKey = nodeCrypto.randomBytes(32)

  // node:crypto makes a key and keeps it; with the same key in the HSM, each can read the other.
  const shared = nodeCrypto.generateKeySync('aes', { length: 256 })
  step({
    title: 'imports an AES-256 key that node:crypto made',
    run: () => importKey(hsm, 'shared', shared.export({ format: 'jwk' })),
    shows: ({ key }) => key.kty,
    verifier: 'node:assert',
    check({ key }) {
      equal(key.kty, 'oct-HSM')
      ok(!('k' in key), 'the bytes of the key came out again')
    },
  })

  step({
    title: 'encrypts invoice.csv with A256GCM',
    run: () => encrypt(hsm, 'shared', { alg: A256GCM, value: invoice, aad }),
    shows: ({ value, tag }) => `${value.length} + ${tag.length} bytes`,
    verifier: 'node:crypto',
    check: (encrypted) => ok(nodeDecrypts(shared, encrypted).equals(invoice)),
  })
  const encryptedByNode = nodeEncrypts(shared, invoice, aad)
  step({
    title: 'decrypts what node:crypto encrypted',
    run: () => decrypt(hsm, 'shared', { alg: A256GCM, ...encryptedByNode }),
    verifier: 'node:crypto',
    check: ({ value }) => ok(invoice.equals(value)),
  })

  step({
    title: 'wraps a content key with A256KW',
    run: () => wrapKey(hsm, 'shared', { alg: A256KW, value: contentKey }),
    shows: ({ value }) => `${value.length} bytes`,
    verifier: 'node:crypto',
    check({ value }) {
      ok(nodeUnwraps(shared, value).equals(contentKey))
      ok(nodeWraps(shared, contentKey).equals(value), 'A256KW gives the same bytes each time')
    },
  })
  const wrappedByNode = nodeWraps(shared, contentKey)
  step({
    title: 'unwraps what node:crypto wrapped',
    run: () => unwrapKey(hsm, 'shared', { alg: A256KW, value: wrappedByNode }),
    verifier: 'node:crypto',
    check: ({ value }) => ok(contentKey.equals(value)),
  })

  step({
    title: 'makes an oct-HSM key of 256 bits inside',
    run: () => createKey(hsm, 'inside', { kty: 'oct-HSM', keySize: 256 }),
    verifier: 'node:assert',
    check: ({ key }) => ok(!('k' in key), 'the bytes of the key came out'),
  })
  const encrypted = step({
    title: 'encrypts invoice.csv with it',
    run: () => encrypt(hsm, 'inside', { alg: A256GCM, value: invoice, aad }),
    verifier: 'node:crypto',
    // Nobody outside has this key: the shared one must not open what it encrypted.
    check: (result) => refusesToDecrypt(shared, result),
  })
  step({
    title: 'and decrypts it again',
    run: () => decrypt(hsm, 'inside', encrypted),
    verifier: 'node:assert',
    check: ({ value }) => ok(invoice.equals(value)),
  })
  step({
    title: 'refuses to decrypt it with other AAD',
    run: () =>
      refused(() => decrypt(hsm, 'inside', { ...encrypted, aad: Buffer.from('offer.csv') })),
    shows: reason,
    verifier: 'node:assert',
    check: isReason('400 BadParameter'),
  })
  const wrapped = step({
    title: 'wraps a content key with it',
    run: () => wrapKey(hsm, 'inside', { alg: A256KW, value: contentKey }),
    verifier: 'node:assert',
    check: ({ value }) => equal(value.length, 40),
  })
  const encryptedInvoice = nodeEncrypts(contentKey, invoice, aad)
  step({
    title: 'and unwraps it again: it opens the invoice',
    run: () => unwrapKey(hsm, 'inside', wrapped),
    verifier: 'node:crypto',
    check: ({ value }) => ok(nodeDecrypts(value, encryptedInvoice).equals(invoice)),
  })
}

function refusesToDecrypt(key, result) {
  try {
    nodeDecrypts(key, result)
  } catch {
    return
  }
  throw new Error('another key decrypts it')
}
