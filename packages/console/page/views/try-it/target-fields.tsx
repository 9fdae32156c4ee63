/** The token of the target that gets a key; with the engine in the page, the page makes one. */

import type { JSX } from 'preact'
import { parseObject } from '../../model/release-policy.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { Inputs } from './input-fields.tsx'

/** The fields. */
export function TargetFields({
  inputs,
  onChange,
}: {
  readonly inputs: Inputs
  readonly onChange: (inputs: Inputs) => void
}): JSX.Element {
  const { attestation } = useStore().source
  const { object: claims, error } = parseObject(inputs.claims)
  return (
    <>
      {attestation && (
        <>
          <TextField
            label="Claims of a new token"
            value={inputs.claims}
            isCode={true}
            error={error}
            hint={`The authority in this page vouches for them: ${attestation.issuer}`}
            onInput={(text) => onChange({ ...inputs, claims: text })}
          />
          <Button
            disabled={claims === undefined}
            onClick={() => onChange({ ...inputs, target: attestation.mintToken(claims ?? {}) })}
          >
            Make a token
          </Button>
        </>
      )}
      <TextField
        label="Attestation token of the target"
        value={inputs.target}
        rows={4}
        isCode={true}
        placeholder="eyJ…"
        hint={
          attestation
            ? 'About an enclave in this page, which can read the result.'
            : 'Of an authority that the server trusts, about the target and its RSA key.'
        }
        onInput={(text) => onChange({ ...inputs, target: text })}
      />
    </>
  )
}
