/** The call that the fields of "Try it" make. */

import { useEffect, useState } from 'preact/hooks'
import { type CryptoOperation, digestOf, signsMessage } from '../../model/algorithms.ts'
import { parseBytes, toBase64url } from '../../model/encodings.ts'
import type { CryptoCall, ReleaseCall, SecureWrapCall } from '../../snippets/call.ts'
import type { TypedBytes } from './bytes-field.tsx'
import { type BytesMember, type Inputs, membersOf } from './input-fields.tsx'

/** A call that uses a key. */
export type UseCall = CryptoCall | SecureWrapCall | ReleaseCall

interface CallParts {
  readonly operation: CryptoOperation
  readonly alg: string
  readonly name: string
  readonly inputs: Inputs
  /** What is signed: the digest, or the message itself. */
  readonly signed: string | undefined
}

/** The call, unless a field holds no bytes or is still empty. */
export function callOf({ operation, alg, name, inputs, signed }: CallParts): UseCall | undefined {
  const wire = (member: BytesMember) => {
    const { text, encoding } = inputs[member]
    const value = parseBytes(text, encoding).bytes
    return value === undefined || value.length === 0 ? undefined : toBase64url(value)
  }
  const isWrong = (member: BytesMember) => {
    const { text, encoding } = inputs[member]
    return parseBytes(text, encoding).bytes === undefined
  }
  const key = name
  const target = inputs.target.trim()
  if (operation === 'secureWrapKey') return { operation, key, alg }
  if (operation === 'releaseKey') {
    return target === '' ? undefined : { operation, key, enc: alg, target }
  }
  const value = wire('value')
  if (operation === 'secureUnwrapKey') {
    return value === undefined || target === '' ? undefined : { operation, key, alg, value, target }
  }
  if (operation === 'sign' || operation === 'verify') {
    const { isMu } = inputs
    if (signed === undefined || (signsMessage(alg) && !isMu && isWrong('context'))) return undefined
    const bound = signsMessage(alg) ? (isMu ? { isMu } : { context: wire('context') }) : {}
    if (operation === 'sign') return { operation, key, alg, value: signed, ...bound }
    const signature = wire('signature')
    if (signature === undefined) return undefined
    return { operation, key, alg, digest: signed, value: signature, ...bound }
  }
  if (value === undefined) return undefined
  if (operation === 'wrapKey' || operation === 'unwrapKey') return { operation, key, alg, value }
  const { hasIv, hasTag, hasAad } = membersOf(operation, alg)
  return {
    operation,
    key,
    alg,
    value,
    ...(hasIv && { iv: wire('iv') }),
    ...(hasTag && { tag: wire('tag') }),
    ...(hasAad && { aad: wire('aad') }),
  }
}

/** What is signed, as soon as it is there: the message itself for ML-DSA, otherwise its digest. */
export function useSigned(
  operation: CryptoOperation,
  alg: string,
  { text, encoding }: TypedBytes,
): string | undefined {
  const [digest, setDigest] = useState<string | undefined>(undefined)
  const isMessage = signsMessage(alg)
  const { bytes } = parseBytes(text, encoding)
  useEffect(() => {
    let isWanted = true
    const message = parseBytes(text, encoding).bytes
    const signs = operation === 'sign' || operation === 'verify'
    if (message === undefined || isMessage || !signs) return undefined
    // Without TLS, except on this machine, a browser has no digests.
    const digesting = globalThis.crypto.subtle?.digest(digestOf(alg), message)
    digesting?.then((value) => isWanted && setDigest(toBase64url(new Uint8Array(value))))
    return () => {
      isWanted = false
    }
  }, [operation, alg, isMessage, text, encoding])
  return isMessage ? bytes && toBase64url(bytes) : digest
}
