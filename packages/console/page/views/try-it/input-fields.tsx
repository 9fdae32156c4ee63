/** The fields of an operation: those that its algorithm has. */

import type { JSX } from 'preact'
import { type CryptoOperation, digestOf, signsMessage } from '../../model/algorithms.ts'
import { CheckField } from '../../parts/field.tsx'
import { BytesField, type TypedBytes } from './bytes-field.tsx'
import { TargetFields } from './target-fields.tsx'

/** What is typed in. */
export interface Inputs {
  readonly value: TypedBytes
  readonly iv: TypedBytes
  readonly tag: TypedBytes
  readonly aad: TypedBytes
  readonly signature: TypedBytes
  readonly context: TypedBytes
  /** Whether the message is µ, which somebody has computed. */
  readonly isMu: boolean
  /** The token of the target. */
  readonly target: string
  /** The claims of a token to make, as JSON. */
  readonly claims: string
}

/** The fields that hold bytes. */
export type BytesMember = Exclude<keyof Inputs, 'isMu' | 'target' | 'claims'>

/** Which members a call has besides its value. */
export function membersOf(
  operation: CryptoOperation,
  alg: string,
): { readonly hasIv: boolean; readonly hasTag: boolean; readonly hasAad: boolean } {
  const isGcm = alg.endsWith('GCM')
  const isCbc = alg.includes('CBC')
  const isCipher = operation === 'encrypt' || operation === 'decrypt'
  return {
    hasIv: isCipher && (isCbc || (isGcm && operation === 'decrypt')),
    hasTag: isGcm && operation === 'decrypt',
    hasAad: isGcm && isCipher,
  }
}

const VALUE_LABELS: Readonly<Partial<Record<CryptoOperation, string>>> = {
  encrypt: 'Plaintext',
  decrypt: 'Ciphertext',
  sign: 'Message',
  verify: 'Message',
  wrapKey: 'Key to wrap',
  unwrapKey: 'Wrapped key',
  secureUnwrapKey: 'Wrapped key',
}

/** The fields. */
export function InputFields({
  operation,
  alg,
  inputs,
  onChange,
}: {
  readonly operation: CryptoOperation
  readonly alg: string
  readonly inputs: Inputs
  readonly onChange: (inputs: Inputs) => void
}): JSX.Element {
  const { hasIv, hasTag, hasAad } = membersOf(operation, alg)
  const signs = operation === 'sign' || operation === 'verify'
  const signsBytes = signs && signsMessage(alg)
  const { isMu } = inputs
  const valueLabel = signsBytes && isMu ? 'µ' : VALUE_LABELS[operation]
  const field = (member: BytesMember, label: string, hint?: string) => (
    <BytesField
      key={member}
      label={label}
      value={inputs[member]}
      rows={member === 'value' || member === 'signature' ? 3 : 1}
      {...(hint !== undefined && { hint })}
      onChange={(value) => onChange({ ...inputs, [member]: value })}
    />
  )
  const signHint = signsBytes
    ? isMu
      ? 'it has 64, and takes the place of the message and its context'
      : 'the HSM signs the message itself'
    : `the page hashes it with ${digestOf(alg)}; the HSM signs the digest`
  return (
    <>
      {operation === 'secureWrapKey' && (
        <p class="hint">The HSM makes an AES-256 key and returns it wrapped. Nobody sees it.</p>
      )}
      {valueLabel && field('value', valueLabel, signs ? signHint : undefined)}
      {signsBytes && !isMu && field('context', 'Context', 'at most 255; empty: none')}
      {signsBytes && (
        <CheckField
          label="The message is µ, computed elsewhere"
          checked={isMu}
          onChange={(checked) => onChange({ ...inputs, isMu: checked })}
        />
      )}
      {operation === 'verify' && field('signature', 'Signature')}
      {hasIv && field('iv', 'IV', operation === 'encrypt' ? 'empty: random' : undefined)}
      {hasTag && field('tag', 'Authentication tag')}
      {hasAad && field('aad', 'Additional authenticated data')}
      {(operation === 'secureUnwrapKey' || operation === 'releaseKey') && (
        <TargetFields inputs={inputs} onChange={onChange} />
      )}
    </>
  )
}
