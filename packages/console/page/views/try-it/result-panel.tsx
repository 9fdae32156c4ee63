/** What came out of an operation. */

import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CRYPTO_OPERATIONS, type CryptoOperation } from '../../model/algorithms.ts'
import {
  ENCODINGS,
  type Encoding,
  formatBytes,
  fromBase64url,
  toHex,
} from '../../model/encodings.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { ChoiceField } from '../../parts/field.tsx'
import { Panel, Pill } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'

/** The body of a response of the wire. */
export interface WireResult {
  readonly kid?: string
  readonly value: string | boolean
  readonly iv?: string
  readonly tag?: string
  readonly aad?: string
}

/** How an operation ended. */
export interface Outcome {
  readonly operation: CryptoOperation
  readonly alg: string
  readonly result?: WireResult
  readonly error?: { readonly status: number; readonly code: string; readonly message: string }
}

/** The operation that takes the result back. */
export const INVERSE: Readonly<Partial<Record<CryptoOperation, CryptoOperation>>> = {
  encrypt: 'decrypt',
  sign: 'verify',
  wrapKey: 'unwrapKey',
  secureWrapKey: 'secureUnwrapKey',
}

/** The result of an operation. */
export function ResultPanel({
  outcome,
  onInverse,
}: {
  readonly outcome: Outcome | undefined
  readonly onInverse: () => void
}): JSX.Element {
  const [encoding, setEncoding] = useState<Encoding>('base64url')
  if (outcome === undefined) {
    return (
      <Panel title="Result">
        <p class="quiet">Nothing yet.</p>
      </Panel>
    )
  }
  const { error, result, operation, alg } = outcome
  if (result === undefined) {
    return (
      <Panel title="Result">
        <div role="alert">
          <Pill tone="bad">
            {error?.status} {error?.code}
          </Pill>
          <p>{error?.message}</p>
        </div>
      </Panel>
    )
  }
  const inverse = INVERSE[operation]
  return (
    <Panel
      title={`Result of ${CRYPTO_OPERATIONS[operation].toLowerCase()}, ${alg}`}
      actions={inverse && <Button onClick={onInverse}>{CRYPTO_OPERATIONS[inverse]} it</Button>}
    >
      <div role="status">
        {typeof result.value === 'boolean' ? (
          <Pill tone={result.value ? 'good' : 'bad'}>
            {result.value ? 'The signature is valid' : 'The signature is not valid'}
          </Pill>
        ) : operation === 'releaseKey' ? (
          <>
            <Code text={result.value} label="the release" isWrapped={true} />
            <p class="hint">A signed token; the key in it is encrypted for the target.</p>
          </>
        ) : (
          <Bytes
            value={result.value}
            encoding={encoding}
            onEncoding={setEncoding}
            result={result}
          />
        )}
        {typeof result.value === 'string' && READ_BY_TARGET.has(operation) && (
          <TargetReads operation={operation} value={result.value} />
        )}
      </div>
    </Panel>
  )
}

const READ_BY_TARGET: ReadonlySet<CryptoOperation> = new Set(['secureUnwrapKey', 'releaseKey'])

/** What the enclave in the page reads of a result; a server has none. */
function TargetReads({
  operation,
  value,
}: {
  readonly operation: CryptoOperation
  readonly value: string
}): JSX.Element | null {
  const { attestation } = useStore().source
  const [read, setRead] = useState<string | undefined>(undefined)
  useEffect(() => setRead(undefined), [value])
  if (attestation === undefined) return null
  const open = () => {
    try {
      setRead(
        operation === 'releaseKey'
          ? JSON.stringify(attestation.openRelease(value), undefined, 2)
          : toHex(attestation.openUnwrappedKey(fromBase64url(value))),
      )
    } catch (error) {
      setRead(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <>
      <Button onClick={open}>Open it in the enclave</Button>
      {read !== undefined && <Code text={read} label="what the enclave reads" isWrapped={true} />}
    </>
  )
}

function Bytes({
  value,
  encoding,
  onEncoding,
  result,
}: {
  readonly value: string
  readonly encoding: Encoding
  readonly onEncoding: (encoding: Encoding) => void
  readonly result: WireResult
}): JSX.Element {
  const bytes = fromBase64url(value)
  const text = formatBytes(bytes, encoding)
  const others = (['iv', 'tag', 'aad'] as const).flatMap((name) => {
    const member = result[name]
    return member === undefined ? [] : [[name, member] as const]
  })
  return (
    <>
      <ChoiceField
        label="Encoding of the result"
        isLabelHidden={true}
        value={encoding}
        options={Object.entries(ENCODINGS) as readonly (readonly [Encoding, string])[]}
        onChange={onEncoding}
      />
      {text === undefined ? (
        <p class="hint">These {bytes.length} bytes are no UTF-8 text.</p>
      ) : (
        <Code text={text} label="the result" isWrapped={true} />
      )}
      <p class="hint">{bytes.length} bytes</p>
      {others.map(([name, member]) => (
        <div key={name}>
          <p class="hint">{name}</p>
          <Code
            text={
              formatBytes(fromBase64url(member), encoding === 'text' ? 'base64url' : encoding) ?? ''
            }
            label={name}
            isWrapped={true}
          />
        </div>
      ))}
    </>
  )
}
