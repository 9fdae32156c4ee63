/** `pocket-hsm key sign` and `verify`. */

import { base64ToWire, wireToBase64 } from './bytes.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { algorithm, required } from './options.ts'
import { pathOf } from './target.ts'

/** What both take. */
interface SignatureOptions {
  readonly algorithm: string
  readonly digest: string
  readonly signature: string
}

/** What is printed. */
interface Printed {
  readonly algorithm: string
  readonly keyId: string
  readonly signature?: string
  readonly isValid?: boolean
}

const ALGORITHM = algorithm([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES256K',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
])

const DIGEST = required('--digest <base64>', 'the digest of what is signed, base64')

export const sign: KeyCommand = keyCommand<SignatureOptions>({
  name: 'sign',
  summary: 'sign a digest',
  about: 'version',
  options: [ALGORITHM, DIGEST],
  examples: [
    'pocket-hsm key sign --hsm-name contoso --name receipts --algorithm ES256 --digest "$(openssl dgst -sha256 -binary receipt.txt | base64)"',
  ],
  columns: [
    ['Algorithm', (result: Printed) => result.algorithm],
    ['Signature', (result: Printed) => result.signature],
    ['KeyId', (result: Printed) => result.keyId],
  ],
  run: async ({ ask, target }, { algorithm: alg, digest }) => {
    const { kid, value } = await ask<{ readonly kid: string; readonly value: string }>(
      'POST',
      pathOf('keys', target, 'sign'),
      { alg, value: base64ToWire('--digest', digest) },
    )
    return { algorithm: alg, keyId: kid, signature: wireToBase64(value) }
  },
})

export const verify: KeyCommand = keyCommand<SignatureOptions>({
  name: 'verify',
  summary: 'tell whether a signature is right',
  about: 'version',
  options: [ALGORITHM, DIGEST, required('--signature <base64>', 'what sign printed')],
  examples: [
    'pocket-hsm key verify --hsm-name contoso --name receipts --algorithm ES256 --digest "$(openssl dgst -sha256 -binary receipt.txt | base64)" --signature "$SIGNATURE"',
  ],
  columns: [
    ['Algorithm', (result: Printed) => result.algorithm],
    ['IsValid', (result: Printed) => result.isValid],
    ['KeyId', (result: Printed) => result.keyId],
  ],
  run: async ({ ask, target }, { algorithm: alg, digest, signature }) => {
    const { kid, value } = await ask<{ readonly kid?: string; readonly value: boolean }>(
      'POST',
      pathOf('keys', target, 'verify'),
      {
        alg,
        digest: base64ToWire('--digest', digest),
        value: base64ToWire('--signature', signature),
      },
    )
    return { algorithm: alg, keyId: kid ?? null, isValid: value }
  },
})
