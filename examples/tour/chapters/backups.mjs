import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  getKey,
  purgeDeletedKey,
  restoreKey,
  rotateKey,
  sign,
} from 'pocket-hsm'
import { nodeVerifiesEs256, publicKeyOf } from '../node-side.mjs'
import { isReason, reason, refused } from '../refused.mjs'
import { digest, invoice } from '../sample.mjs'

const alg = 'ES256'

export function backups(step) {
  const securityDomain = createSecurityDomain()
  const hsm = createHsm({ securityDomain })
  const first = createKey(hsm, 'orders', { kty: 'EC-HSM', tags: { owner: 'anna' } })
  const second = rotateKey(hsm, 'orders')
  const isBy = (bundle, { value }) => ok(nodeVerifiesEs256(publicKeyOf(bundle), invoice, value))

  const backup = step({
    title: 'backs up a key with its two versions',
    run: () => backupKey(hsm, 'orders'),
    shows: (bytes) => `${bytes.length} bytes`,
    verifier: 'node:assert',
    // A JWE in compact form: RFC 7516 section 7.1.
    check(bytes) {
      const [header, ...parts] = Buffer.from(bytes).toString().split('.')
      const { alg, enc } = JSON.parse(Buffer.from(header, 'base64url').toString())
      deepEqual({ alg, enc, parts: parts.length }, { alg: 'dir', enc: 'A256CBC-HS512', parts: 4 })
    },
  })

  step({
    title: 'deletes and purges the key',
    run() {
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return refused(() => getKey(hsm, 'orders'))
    },
    shows: reason,
    verifier: 'node:assert',
    check: isReason('404 KeyNotFound'),
  })

  step({
    title: 'restores it under the same identifier',
    run: () => restoreKey(hsm, backup),
    shows: ({ tags }) => `owner=${tags.owner}`,
    verifier: 'node:assert',
    check: (bundle) => deepEqual(bundle, second),
  })
  step({
    title: 'signs with both of its versions',
    run: () => [first, second].map(({ key }) => sign(hsm, key.kid, { alg, value: digest })),
    verifier: 'node:crypto',
    check([byFirst, bySecond]) {
      isBy(first, byFirst)
      isBy(second, bySecond)
    },
  })

  const sister = createHsm({ securityDomain, baseUrl: 'https://sister.managedhsm.azure.net' })
  step({
    title: 'restores it in a second HSM of the same domain',
    run: () => restoreKey(sister, backup),
    verifier: 'node:crypto',
    check({ key, tags }) {
      equal(key.kid, second.key.kid.replace(hsm.baseUrl, sister.baseUrl))
      deepEqual(tags, { owner: 'anna' })
      isBy(second, sign(sister, 'orders', { alg, value: digest }))
    },
  })

  const stranger = createHsm()
  step({
    title: "is refused in a stranger's HSM",
    run: () => refused(() => restoreKey(stranger, backup)),
    shows: reason,
    verifier: 'node:assert',
    check(error) {
      isReason('400 MalformedBackupBlob')(error)
      isReason('404 KeyNotFound')(refused(() => getKey(stranger, 'orders')))
    },
  })
}
