// Ways to spoil the HSM, and the step of the tour that has to notice each.

/** A result with one bit of its bytes flipped. */
const flipped = (result) => ({ ...result, value: flippedBytes(result.value) })

function flippedBytes(bytes) {
  const copy = Uint8Array.from(bytes)
  copy[copy.length >> 1] ^= 1
  return copy
}

/** Another key of the same type: right in form, wrong in its bytes. */
const otherKey = { kty: 'EC-HSM', crv: 'P-256' }

/**
 * `spoil` is given the real HSM and answers what takes the place of some of its functions.
 */
export const saboteurs = [
  {
    name: 'any password opens a PEM file',
    chapter: 'pem',
    step: 'refuses the wrong password',
    spoil: ({ importPem }) => ({
      importPem: (hsm, name, pem) => importPem(hsm, name, pem, { password: 'only for this tour' }),
    }),
  },
  {
    name: 'another key is imported than the one in the PEM file',
    chapter: 'pem',
    step: 'imports signing-key.pem',
    spoil: ({ importPem, createKey }) => ({
      importPem: (hsm, name, ...rest) => {
        importPem(hsm, name, ...rest)
        return createKey(hsm, name, { kty: 'RSA-HSM' })
      },
    }),
  },
  {
    name: 'a bit of a signature is flipped',
    chapter: 'pem',
    step: 'signs the digest of invoice.csv with RS256',
    spoil: ({ sign }) => ({ sign: (...args) => flipped(sign(...args)) }),
  },
  {
    name: 'PS256 is RS256',
    chapter: 'pem',
    step: 'signs it with PS256',
    spoil: ({ sign }) => ({
      sign: (hsm, key, { value }) => sign(hsm, key, { alg: 'RS256', value }),
    }),
  },
  {
    name: 'every signature is right',
    chapter: 'pem',
    step: 'finds the signature wrong for a changed invoice',
    spoil: () => ({ verify: () => true }),
  },
  {
    name: 'keys have the default size',
    chapter: 'wrapping',
    step: 'makes an RSA-HSM key of 3072 bits',
    spoil: ({ createKey }) => ({
      createKey: (hsm, name, { keySize, ...rest }) => createKey(hsm, name, rest),
    }),
  },
  {
    name: 'the list of permitted operations is not looked at',
    chapter: 'wrapping',
    step: 'makes an RSA-HSM key of 3072 bits',
    spoil: ({ createKey }) => ({
      createKey: (hsm, name, { keyOps, ...rest }) => createKey(hsm, name, rest),
    }),
  },
  {
    name: 'a bit of an unwrapped key is flipped',
    chapter: 'wrapping',
    step: 'unwraps a content key that node:crypto wrapped',
    spoil: ({ unwrapKey }) => ({ unwrapKey: (...args) => flipped(unwrapKey(...args)) }),
  },
  {
    name: 'a key that may only wrap signs',
    chapter: 'wrapping',
    step: 'refuses to sign',
    spoil: () => ({ sign: (_, kid, { alg }) => ({ kid, alg, value: new Uint8Array(384) }) }),
  },
  {
    name: 'tags are lost',
    chapter: 'ec',
    step: 'makes an EC-HSM key on P-256 with two tags',
    spoil: ({ createKey }) => ({
      createKey: (hsm, name, { tags, ...rest }) => createKey(hsm, name, rest),
    }),
  },
  {
    name: 'another key is imported than the one given',
    chapter: 'ec',
    step: 'imports a twin that node:crypto made',
    spoil: ({ createKey }) => ({ importKey: (hsm, name) => createKey(hsm, name, otherKey) }),
  },
  {
    name: 'every signature is wrong',
    chapter: 'ec',
    step: 'verifies what node:crypto signed with the twin',
    spoil: () => ({ verify: () => false }),
  },
  {
    name: 'a signature is right whatever bit is flipped',
    chapter: 'ec',
    step: 'finds that signature wrong with one bit flipped',
    spoil: () => ({ verify: () => true }),
  },
  {
    name: 'the bytes of a key come out',
    chapter: 'symmetric',
    step: 'imports an AES-256 key that node:crypto made',
    spoil: ({ importKey }) => ({
      importKey: (hsm, name, jwk) => {
        const bundle = importKey(hsm, name, jwk)
        return { ...bundle, key: { ...bundle.key, k: jwk.k } }
      },
    }),
  },
  {
    name: 'a bit of a ciphertext is flipped',
    chapter: 'symmetric',
    step: 'encrypts invoice.csv with A256GCM',
    spoil: ({ encrypt }) => ({ encrypt: (...args) => flipped(encrypt(...args)) }),
  },
  {
    name: 'AAD is not authenticated',
    chapter: 'symmetric',
    step: 'encrypts invoice.csv with A256GCM',
    spoil: ({ encrypt }) => ({
      encrypt: (hsm, key, { aad, ...rest }) => ({ ...encrypt(hsm, key, rest), aad }),
    }),
  },
  {
    name: 'a bit of a plaintext is flipped',
    chapter: 'symmetric',
    step: 'decrypts what node:crypto encrypted',
    spoil: ({ decrypt }) => ({ decrypt: (...args) => flipped(decrypt(...args)) }),
  },
  {
    name: 'a bit of a wrapped key is flipped',
    chapter: 'symmetric',
    step: 'wraps a content key with A256KW',
    spoil: ({ wrapKey }) => ({ wrapKey: (...args) => flipped(wrapKey(...args)) }),
  },
  {
    name: 'tags cannot be changed',
    chapter: 'versions',
    step: 'changes its tags',
    spoil: ({ getKey }) => ({ updateKey: getKey }),
  },
  {
    name: 'the second page is the first again',
    chapter: 'versions',
    step: 'lists the keys, two a page',
    spoil: ({ listKeys }) => ({
      listKeys: (hsm, { marker, ...page }) => {
        const { value, nextMarker } = listKeys(hsm, page)
        return { value, ...(marker === undefined && { nextMarker }) }
      },
    }),
  },
  {
    name: 'rotation changes nothing',
    chapter: 'versions',
    step: 'rotates the key',
    spoil: ({ getKey }) => ({ rotateKey: getKey }),
  },
  {
    name: 'the versions come newest first',
    chapter: 'versions',
    step: 'lists its versions',
    spoil: ({ listKeyVersions }) => ({
      listKeyVersions: (...args) => ({ value: listKeyVersions(...args).value.toReversed() }),
    }),
  },
  {
    name: 'the current version signs for every version',
    chapter: 'versions',
    step: 'signs with the old version by its identifier',
    spoil: ({ sign }) => ({ sign: (hsm, _, rest) => sign(hsm, 'orders', rest) }),
  },
  {
    name: 'deleted keys are not listed',
    chapter: 'deletion',
    step: 'lists the deleted keys',
    spoil: () => ({ listDeletedKeys: () => ({ value: [] }) }),
  },
  {
    name: 'a deleted key is purged at once',
    chapter: 'deletion',
    step: 'lists the deleted keys',
    spoil: ({ deleteKey, purgeDeletedKey }) => ({
      deleteKey: (hsm, name) => {
        const bundle = deleteKey(hsm, name)
        purgeDeletedKey(hsm, name)
        return bundle
      },
    }),
  },
  {
    name: 'a deleted key recovers by itself when it is used',
    chapter: 'deletion',
    step: 'refuses to sign with it',
    spoil: ({ sign, recoverDeletedKey }) => ({
      sign: (hsm, name, rest) => {
        recoverDeletedKey(hsm, name)
        return sign(hsm, name, rest)
      },
    }),
  },
  {
    name: 'a recovered key is a new one',
    chapter: 'deletion',
    step: 'recovers it, and it signs as before',
    spoil: ({ recoverDeletedKey, rotateKey }) => ({
      recoverDeletedKey: (hsm, name) => {
        recoverDeletedKey(hsm, name)
        return rotateKey(hsm, name)
      },
    }),
  },
  {
    name: 'keys are kept for 7 days',
    chapter: 'deletion',
    step: 'deletes a key',
    spoil: ({ createHsm }) => ({
      createHsm: (options) => createHsm({ ...options, softDeleteRetentionDays: 7 }),
    }),
  },
  {
    name: 'a deleted key is purged by looking at it',
    chapter: 'deletion',
    step: 'still has it a second before 90 days',
    spoil: ({ getDeletedKey, purgeDeletedKey }) => ({
      getDeletedKey: (hsm, name) => {
        purgeDeletedKey(hsm, name)
        return getDeletedKey(hsm, name)
      },
    }),
  },
  {
    name: 'nothing is ever purged',
    chapter: 'deletion',
    step: 'has purged it after 90 days',
    spoil: ({ createHsm }) => ({
      createHsm: ({ clock }) => {
        const begun = clock()
        return createHsm({ clock: () => begun })
      },
    }),
  },
  {
    name: 'a backup is no JWE',
    chapter: 'backup',
    step: 'backs up a key with its two versions',
    spoil: ({ backupKey }) => ({ backupKey: (...args) => backupKey(...args).toReversed() }),
  },
  {
    name: 'purging purges nothing',
    chapter: 'backup',
    step: 'deletes and purges the key',
    spoil: ({ recoverDeletedKey }) => ({ purgeDeletedKey: recoverDeletedKey }),
  },
  {
    name: 'a restored key is a new one',
    chapter: 'backup',
    step: 'restores it under the same identifier',
    spoil: ({ createKey }) => ({ restoreKey: (hsm) => createKey(hsm, 'orders', otherKey) }),
  },
  {
    name: 'a restored key has one version',
    chapter: 'backup',
    step: 'signs with both of its versions',
    spoil: ({ sign }) => ({ sign: (hsm, _, rest) => sign(hsm, 'orders', rest) }),
  },
  {
    name: 'every HSM has its own security domain',
    chapter: 'backup',
    step: 'restores it in a second HSM of the same domain',
    spoil: ({ createHsm }) => ({
      createHsm: ({ securityDomain, ...options } = {}) => createHsm(options),
    }),
  },
  {
    name: 'all HSMs share one security domain',
    chapter: 'backup',
    step: "is refused in a stranger's HSM",
    spoil: ({ createHsm, createSecurityDomain }) => {
      const securityDomain = createSecurityDomain()
      return { createHsm: (options) => createHsm({ ...options, securityDomain }) }
    },
  },
]
