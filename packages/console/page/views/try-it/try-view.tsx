/** Operations by hand: bytes in, bytes out, and the same call elsewhere. */

import type { KeySummary } from 'pocket-hsm'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { algorithmsOf, CRYPTO_OPERATIONS, type CryptoOperation } from '../../model/algorithms.ts'
import type { Encoding } from '../../model/encodings.ts'
import { conditionOf, typeOf } from '../../model/key-rows.ts'
import { EXAMPLE_CLAIMS } from '../../model/release-policy.ts'
import { Button } from '../../parts/button.tsx'
import { Snippets } from '../../parts/code.tsx'
import { SelectField } from '../../parts/field.tsx'
import { Empty, Panel, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { ApiError } from '../../source/api.ts'
import { hrefOf } from '../../state/router.ts'
import { profileOf } from '../keys/create-key-dialog.tsx'
import type { TypedBytes } from './bytes-field.tsx'
import { InputFields, type Inputs } from './input-fields.tsx'
import { INVERSE, type Outcome, ResultPanel, type WireResult } from './result-panel.tsx'
import { callOf, useSigned } from './try-call.ts'

const typed = (encoding: Encoding, text = ''): TypedBytes => ({ encoding, text })

const EMPTY: Inputs = {
  value: typed('text', 'a short message'),
  iv: typed('base64url'),
  tag: typed('base64url'),
  aad: typed('text'),
  signature: typed('base64url'),
  context: typed('text'),
  isMu: false,
  target: '',
  claims: JSON.stringify(EXAMPLE_CLAIMS),
}

/** The view with a key to try. */
export function TryView({ name }: { readonly name?: string | undefined }): JSX.Element {
  const { clock, connection } = useStore()
  const keys = (connection.keys.value ?? []).filter(({ state }) => state === 'active')
  const key =
    keys.find((each) => each.name.toLowerCase() === name?.toLowerCase()) ??
    keys.find((each) => conditionOf(each, clock.now.peek()) === 'active') ??
    keys[0]
  const header = (
    <ViewHeader
      title="Try it"
      text="Encrypt, sign or wrap with a key, and copy the same call for your own code."
    />
  )
  if (key === undefined) {
    return (
      <>
        {header}
        <Empty icon="keys" title="There is no key to try">
          <a class="button primary" href={hrefOf('keys')}>
            Create one
          </a>
        </Empty>
      </>
    )
  }
  return (
    <>
      {header}
      <Workbench keys={keys} summary={key} />
    </>
  )
}

const OPERATIONS = Object.entries(CRYPTO_OPERATIONS) as readonly (readonly [
  CryptoOperation,
  string,
])[]

function Workbench({
  keys,
  summary,
}: {
  readonly keys: readonly KeySummary[]
  readonly summary: KeySummary
}): JSX.Element {
  const { api, connection } = useStore()
  const profile = profileOf(connection)
  const [wanted, setOperation] = useState<CryptoOperation>('sign')
  const [chosenAlg, setAlg] = useState('')
  const [inputs, setInputs] = useState(EMPTY)
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined)
  const key = summary.current ?? { kty: '' }
  const possible = OPERATIONS.filter(([each]) => algorithmsOf(key, each, profile).length > 0)
  const operation = possible.some(([each]) => each === wanted)
    ? wanted
    : (possible[0]?.[0] ?? 'sign')
  const algorithms = algorithmsOf(key, operation, profile)
  const alg = algorithms.includes(chosenAlg) ? chosenAlg : (algorithms[0] ?? '')
  const signed = useSigned(operation, alg, inputs.value)
  const call = callOf({ operation, alg, name: summary.name, inputs, signed })

  const run = async () => {
    if (call === undefined) return
    try {
      setOutcome({ operation, alg, result: await api.call<WireResult>(call) })
    } catch (error) {
      setOutcome({ operation, alg, error: error as ApiError })
    }
  }
  const takeBack = () => {
    const inverse = INVERSE[operation]
    const { value = '', iv = '', tag = '', aad } = outcome?.result ?? {}
    if (inverse === undefined) return
    const result = typed('base64url', String(value))
    setOperation(inverse)
    setOutcome(undefined)
    setInputs(
      operation === 'sign'
        ? { ...inputs, signature: result }
        : {
            ...inputs,
            value: result,
            iv: typed('base64url', iv),
            tag: typed('base64url', tag),
            aad: aad === undefined ? typed('text') : typed('base64url', aad),
          },
    )
  }

  return (
    <div class="workbench">
      <Panel title="Call">
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void run()
          }}
        >
          <SelectField
            label="Key"
            value={summary.name}
            options={keys
              .slice(0, MOST_OPTIONS)
              .concat(keys.indexOf(summary) >= MOST_OPTIONS ? [summary] : [])
              .map((each) => [each.name, `${each.name} (${typeOf(each.current)})`] as const)}
            onChange={(name) => {
              setOutcome(undefined)
              location.hash = hrefOf('try', name)
            }}
          />
          <div class="two">
            <SelectField
              label="Operation"
              value={operation}
              options={possible}
              onChange={(next) => {
                setOutcome(undefined)
                setOperation(next as CryptoOperation)
              }}
            />
            <SelectField
              label={operation === 'releaseKey' ? 'Encryption' : 'Algorithm'}
              value={alg}
              options={algorithms.map((each) => [each, each] as const)}
              onChange={setAlg}
            />
          </div>
          <InputFields operation={operation} alg={alg} inputs={inputs} onChange={setInputs} />
          <Button type="submit" tone="primary" icon="try" disabled={call === undefined}>
            {CRYPTO_OPERATIONS[operation]}
          </Button>
        </form>
      </Panel>
      <div class="workbench-side">
        <ResultPanel outcome={outcome} onInverse={takeBack} />
        {call && (
          <Panel title="The same call">
            <Snippets call={call} />
          </Panel>
        )}
      </div>
    </div>
  )
}

/** A list of more is no help. */
const MOST_OPTIONS = 300
