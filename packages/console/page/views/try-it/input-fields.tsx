/** The fields of an operation: those that its algorithm has. */

import type { JSX } from 'preact'
import { type CryptoOperation, digestOf } from '../../model/algorithms.ts'
import { BytesField, type TypedBytes } from './bytes-field.tsx'

/** What is typed in. */
export interface Inputs {
  readonly value: TypedBytes
  readonly iv: TypedBytes
  readonly tag: TypedBytes
  readonly aad: TypedBytes
  readonly signature: TypedBytes
}

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

const VALUE_LABELS: Readonly<Record<CryptoOperation, string>> = {
  encrypt: 'Plaintext',
  decrypt: 'Ciphertext',
  sign: 'Message',
  verify: 'Message',
  wrapKey: 'Key to wrap',
  unwrapKey: 'Wrapped key',
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
  const field = (member: keyof Inputs, label: string, hint?: string) => (
    <BytesField
      key={member}
      label={label}
      value={inputs[member]}
      rows={member === 'value' || member === 'signature' ? 3 : 1}
      {...(hint !== undefined && { hint })}
      onChange={(value) => onChange({ ...inputs, [member]: value })}
    />
  )
  const digestHint = `the page hashes it with ${digestOf(alg)}; the HSM signs the digest`
  return (
    <>
      {field('value', VALUE_LABELS[operation], signs ? digestHint : undefined)}
      {operation === 'verify' && field('signature', 'Signature')}
      {hasIv && field('iv', 'IV', operation === 'encrypt' ? 'empty: random' : undefined)}
      {hasTag && field('tag', 'Authentication tag')}
      {hasAad && field('aad', 'Additional authenticated data')}
    </>
  )
}
