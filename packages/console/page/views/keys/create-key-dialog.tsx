/** Creating a key, or a new version of one. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { kindOf } from '../../model/algorithms.ts'
import { fromInput } from '../../model/format.ts'
import { examplePolicy, parseObject } from '../../model/release-policy.ts'
import { parseTags } from '../../model/tags.ts'
import { CallDetails } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { CheckField, ChoiceField, TextField } from '../../parts/field.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { CreateCall } from '../../snippets/call.ts'
import { hrefOf } from '../../state/router.ts'

const TYPES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'managed-hsm': [
    ['EC-HSM', 'EC'],
    ['RSA-HSM', 'RSA'],
    ['oct-HSM', 'Symmetric'],
    ['AKP-HSM', 'ML-DSA'],
  ],
  'vault-premium': [
    ['EC-HSM', 'EC, HSM'],
    ['RSA-HSM', 'RSA, HSM'],
    ['EC', 'EC'],
    ['RSA', 'RSA'],
  ],
  'vault-standard': [
    ['EC', 'EC'],
    ['RSA', 'RSA'],
  ],
}

const CURVES = ['P-256', 'P-384', 'P-521', 'P-256K'] as const
const SIZES: Readonly<Record<string, readonly string[]>> = {
  RSA: ['2048', '3072', '4096'],
  oct: ['256', '192', '128'],
}

const PARAMETER_SETS = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const

/** The name of a key. */
export const NAME_PATTERN = '[0-9a-zA-Z\\-]{1,127}'

/** Creates a key. */
export function CreateKeyDialog({
  onClose,
  name: given = '',
}: {
  readonly onClose: () => void
  readonly name?: string
}): JSX.Element {
  const { api, changes, connection, source } = useStore()
  const profile = profileOf(connection)
  const types = TYPES[profile] ?? []
  const [name, setName] = useState(given)
  const [kty, setKty] = useState(types[0]?.[0] ?? 'EC')
  const [crv, setCrv] = useState<string>('P-256')
  const [size, setSize] = useState('')
  const [alg, setAlg] = useState<string>('ML-DSA-65')
  const [expires, setExpires] = useState('')
  const [notBefore, setNotBefore] = useState('')
  const [isEnabled, setEnabled] = useState(true)
  const [tags, setTags] = useState('')
  const [isExportable, setExportable] = useState(false)
  const [policy, setPolicy] = useState(() =>
    JSON.stringify(examplePolicy(source.attestation?.issuer), undefined, 2),
  )
  const kind = kindOf(kty)
  const sizes = SIZES[kind] ?? []
  const mayExport = profile === 'managed-hsm' || kty.endsWith('-HSM')
  const release = mayExport && isExportable ? parseObject(policy) : undefined
  const isThere = connection.keys.value?.some(
    (key) => key.name.toLowerCase() === name.toLowerCase(),
  )
  const call: CreateCall = {
    operation: 'createKey',
    key: name || 'NAME',
    kty,
    ...(kind === 'EC' && { crv }),
    ...(kind === 'AKP' && { alg }),
    ...(sizes.length > 0 && { keySize: Number(sizes.includes(size) ? size : sizes[0]) }),
    ...(isEnabled ? {} : { enabled: false }),
    nbf: fromInput(notBefore),
    exp: fromInput(expires),
    tags: tags.trim() === '' ? undefined : parseTags(tags),
    releasePolicy: release?.object,
  }
  const create = async () => {
    const made = await changes.make(`Created ${name}`, () => api.call(call))
    if (made !== undefined) location.hash = hrefOf('keys', name)
    return made !== undefined
  }
  return (
    <Dialog
      title="Create key"
      submitName="Create"
      isDisabled={name === '' || release?.error !== undefined}
      onClose={onClose}
      onSubmit={create}
    >
      <TextField
        label="Name"
        value={name}
        required={true}
        pattern={NAME_PATTERN}
        placeholder="orders-signing"
        hint={
          isThere && name !== ''
            ? 'There is a key of that name: this makes its next version.'
            : 'Letters, digits and hyphens.'
        }
        onInput={setName}
      />
      <ChoiceField label="Type" value={kty} options={types} onChange={setKty} />
      {kind === 'EC' && (
        <ChoiceField
          label="Curve"
          value={crv}
          options={CURVES.map((each) => [each as string, each] as const)}
          onChange={setCrv}
        />
      )}
      {kind === 'AKP' && (
        <ChoiceField
          label="Parameter set"
          value={alg}
          options={PARAMETER_SETS.map((each) => [each as string, each] as const)}
          onChange={setAlg}
        />
      )}
      {sizes.length > 0 && (
        <ChoiceField
          label="Size in bits"
          value={sizes.includes(size) ? size : (sizes[0] ?? '')}
          options={sizes.map((each) => [each, each] as const)}
          onChange={setSize}
        />
      )}
      <div class="two">
        <TextField
          label="Not before (UTC)"
          type="datetime-local"
          step={1}
          value={notBefore}
          onInput={setNotBefore}
        />
        <TextField
          label="Expires (UTC)"
          type="datetime-local"
          step={1}
          value={expires}
          onInput={setExpires}
        />
      </div>
      <TextField
        label="Tags"
        value={tags}
        placeholder="team=shop env=prod"
        hint="name=value, with blanks between them"
        onInput={setTags}
      />
      <CheckField label="Enabled" checked={isEnabled} onChange={setEnabled} />
      {mayExport && (
        <CheckField
          label="Exportable, to targets that a release policy trusts"
          checked={isExportable}
          onChange={setExportable}
        />
      )}
      {release && (
        <TextField
          label="Release policy"
          value={policy}
          rows={8}
          isCode={true}
          error={release.error}
          hint="Which attestation authority has to vouch for a target, and the claims that it wants."
          onInput={setPolicy}
        />
      )}
      <CallDetails call={call} />
    </Dialog>
  )
}

/** The service that the HSM behaves like. */
export function profileOf({
  overview,
  hsm,
}: Pick<ReturnType<typeof useStore>['connection'], 'overview' | 'hsm'>): string {
  return overview.value?.hsms.find(({ name }) => name === hsm.value)?.profile ?? 'managed-hsm'
}
