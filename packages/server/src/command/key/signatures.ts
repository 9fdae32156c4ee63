/** `pocket-hsm key sign` and `verify`. */

import { ML_DSA_ALGORITHMS, withMlDsa } from './api-versions.ts'
import { base64ToWire, wireToBase64 } from './bytes.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { algorithm, required } from './options.ts'
import { pathOf, type Target } from './target.ts'

/** The options of both. */
interface SignatureOptions {
  readonly algorithm: string
  readonly digest: string
  readonly signature: string
}

/** The result that is printed. */
interface SignatureResult {
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
  ...ML_DSA_ALGORITHMS,
])

const DIGEST = required(
  '--digest <base64>',
  'digest of the message, base64; for ML-DSA and HS* the message itself',
)

export const sign: KeyCommand = keyCommand<SignatureOptions>({
  name: 'sign',
  summary: 'sign a digest',
  about: 'version',
  options: [ALGORITHM, DIGEST],
  examples: [
    'pocket-hsm key sign --hsm-name contoso --name receipts --algorithm ES256 --digest "$(openssl dgst -sha256 -binary receipt.txt | base64)"',
  ],
  columns: [
    ['Algorithm', (result: SignatureResult) => result.algorithm],
    ['Signature', (result: SignatureResult) => result.signature],
    ['KeyId', (result: SignatureResult) => result.keyId],
  ],
  run: async ({ request, target }, { algorithm: alg, digest }) => {
    const { kid, value } = await request<{ readonly kid: string; readonly value: string }>(
      'POST',
      pathFor('sign', alg, target),
      { alg, value: base64ToWire('--digest', digest) },
    )
    return { algorithm: alg, keyId: kid, signature: wireToBase64(value) }
  },
})

export const verify: KeyCommand = keyCommand<SignatureOptions>({
  name: 'verify',
  summary: 'check a signature',
  about: 'version',
  options: [ALGORITHM, DIGEST, required('--signature <base64>', 'signature to verify')],
  examples: [
    'pocket-hsm key verify --hsm-name contoso --name receipts --algorithm ES256 --digest "$(openssl dgst -sha256 -binary receipt.txt | base64)" --signature "$SIGNATURE"',
  ],
  columns: [
    ['Algorithm', (result: SignatureResult) => result.algorithm],
    ['IsValid', (result: SignatureResult) => result.isValid],
    ['KeyId', (result: SignatureResult) => result.keyId],
  ],
  run: async ({ request, target }, { algorithm: alg, digest, signature }) => {
    const { kid, value } = await request<{ readonly kid?: string; readonly value: boolean }>(
      'POST',
      pathFor('verify', alg, target),
      {
        alg,
        digest: base64ToWire('--digest', digest),
        value: base64ToWire('--signature', signature),
      },
    )
    return { algorithm: alg, keyId: kid ?? null, isValid: value }
  },
})

function pathFor(operation: string, alg: string, target: Target): string {
  const path = pathOf('keys', target, operation)
  return ML_DSA_ALGORITHMS.includes(alg) ? withMlDsa(path) : path
}
