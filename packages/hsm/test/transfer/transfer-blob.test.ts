import { describe } from 'vitest'
import { type BundleKey, type Hsm, importKey } from '../../src/index.ts'
import { octJwk } from '../known-keys.ts'
import { badParameter, itRefuses, type Refusal } from '../refusal.ts'
import { base64url, byok, importKek, nodeCiphertext, nodeTarget } from '../transfer.ts'

const invalid = (rule: string): Refusal => badParameter(`The transfer blob is not valid: ${rule}.`)

const NO_TEXT = invalid('key_hsm must be base64url text')
const NO_OBJECT = invalid('it must be a JSON object')
const SCHEMA = invalid('schema_version must be "1.0.0"')
const HEADER = invalid('header must be an object')
const KID = invalid('header.kid must be the key identifier of the KEK, with its version')
const ALG = invalid('header.alg must be "dir"')
const ENC = invalid('header.enc must be "CKM_RSA_AES_KEY_WRAP"')
const CIPHERTEXT = invalid('ciphertext must be base64url text')

const VERSION = '0123456789abcdef'.repeat(2)

const importing = (hsm: Hsm, key_hsm: unknown) => () =>
  importKey(hsm, 'content', { kty: 'oct-HSM', key_hsm: key_hsm as string })

describe('importKey, given a key_hsm,', () => {
  const refuses = (title: string, key_hsm: unknown, refusal: Refusal) =>
    itRefuses(
      title,
      (hsm) => {
        importKek(hsm)
        return importing(hsm, key_hsm)
      },
      refusal,
      { profiles: ['managed-hsm'] },
    )

  refuses('that is no text', 3, NO_TEXT)
  refuses('that is bytes', new Uint8Array(3), NO_TEXT)
  refuses('that is an object', { schema_version: '1.0.0' }, NO_TEXT)
  refuses('that is the JSON itself', '{"schema_version":"1.0.0"}', NO_TEXT)
  refuses('of both alphabets at once', 'e30-e30/', NO_TEXT)
  refuses('with a line break', 'e30\n', NO_TEXT)
  refuses('of a length that no bytes have', 'e30e3', NO_TEXT)
  refuses('that is empty', '', NO_OBJECT)
  refuses('that is no JSON', base64url('schema_version'), NO_OBJECT)
  refuses('that is JSON with a byte order mark', base64url('\ufeff{}'), NO_OBJECT)
  refuses('that is no UTF-8', base64url(Uint8Array.of(0x22, 0xff, 0x22)), NO_OBJECT)
  refuses('that is null in JSON', base64url('null'), NO_OBJECT)
  refuses('that is a list', base64url('[]'), NO_OBJECT)
  refuses('that is an empty object', base64url('{}'), SCHEMA)
  refuses(
    'of more than 65,536 characters',
    'A'.repeat(65_537),
    invalid('key_hsm must have at most 65536 characters'),
  )
  refuses('of exactly 65,536 characters that are no JSON', 'A'.repeat(65_536), NO_OBJECT)
})

describe('importKey, given a transfer blob,', () => {
  const refuses = (title: string, file: (kek: BundleKey) => string, refusal: Refusal) =>
    itRefuses(title, (hsm) => importing(hsm, base64url(file(importKek(hsm).key))), refusal, {
      profiles: ['managed-hsm'],
    })
  /** A good file but for what is changed. */
  const file =
    (changes: { readonly header?: object; readonly [member: string]: unknown }) =>
    (kek: BundleKey) =>
      byok(kek.kid, nodeCiphertext(kek, nodeTarget(octJwk())), changes)
  const withHeader = (value: unknown) => (kek: BundleKey) =>
    JSON.stringify({ ...JSON.parse(file({})(kek)), header: value })
  const header = (changes: object) => file({ header: changes })
  const kid = (change: (kid: string) => string) => (kek: BundleKey) =>
    header({ kid: change(kek.kid) })(kek)

  refuses('without schema_version', file({ schema_version: undefined }), SCHEMA)
  refuses('of another schema_version', file({ schema_version: '2.0.0' }), SCHEMA)
  refuses('whose schema_version is a number', file({ schema_version: 1 }), SCHEMA)
  refuses('whose header is null', withHeader(null), HEADER)
  refuses('whose header is a list', withHeader([]), HEADER)
  refuses('without a header', withHeader(undefined), HEADER)
  refuses('without alg', header({ alg: undefined }), ALG)
  refuses('of another alg', header({ alg: 'RSA-OAEP' }), ALG)
  refuses('without enc', header({ enc: undefined }), ENC)
  refuses('of the enc of key release', header({ enc: 'RSA_AES_KEY_WRAP_256' }), ENC)
  refuses('whose enc is in lower case', header({ enc: 'ckm_rsa_aes_key_wrap' }), ENC)
  refuses('without kid', header({ kid: undefined }), KID)
  refuses('whose kid is a number', header({ kid: 3 }), KID)
  refuses(
    'whose kid is the name',
    kid(() => 'kek'),
    KID,
  )
  refuses(
    'whose kid is name and version',
    kid((all) => all.split('/').slice(-2).join('/')),
    KID,
  )
  refuses(
    'whose kid has no version',
    kid((all) => all.slice(0, all.lastIndexOf('/'))),
    KID,
  )
  refuses(
    'whose kid ends behind the slash',
    kid((all) => all.slice(0, all.lastIndexOf('/') + 1)),
    KID,
  )
  refuses(
    'whose kid goes on',
    kid((all) => `${all}/encrypt`),
    KID,
  )
  refuses(
    'whose kid is of a secret',
    kid((all) => all.replace('/keys/', '/secrets/')),
    KID,
  )
  refuses(
    'whose kid is of a deleted key',
    kid((all) => all.replace('/keys/', '/deletedkeys/')),
    KID,
  )
  refuses('without ciphertext', file({ ciphertext: undefined }), CIPHERTEXT)
  refuses('whose ciphertext is a list', file({ ciphertext: [1, 2, 3] }), CIPHERTEXT)
  refuses('whose ciphertext is no base64', file({ ciphertext: 'a b' }), CIPHERTEXT)
  refuses('whose ciphertext mixes alphabets', file({ ciphertext: 'a-b+' }), CIPHERTEXT)
  refuses(
    'of another HSM',
    header({ kid: `https://other.test/keys/kek/${VERSION}` }),
    badParameter(
      `The key identifier https://other.test/keys/kek/${VERSION} is not of https://pocket.test.`,
    ),
  )
})
