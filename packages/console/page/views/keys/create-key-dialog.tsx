/** Creating a key, or a new version of one. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { kindOf } from '../../model/algorithms.ts'
import { fromInput } from '../../model/format.ts'
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
  const { api, changes, connection } = useStore()
  const profile = profileOf(connection)
  const types = TYPES[profile] ?? []
  const [name, setName] = useState(given)
  const [kty, setKty] = useState(types[0]?.[0] ?? 'EC')
  const [crv, setCrv] = useState<string>('P-256')
  const [size, setSize] = useState('')
  const [expires, setExpires] = useState('')
  const [notBefore, setNotBefore] = useState('')
  const [isEnabled, setEnabled] = useState(true)
  const [tags, setTags] = useState('')
  const kind = kindOf(kty)
  const sizes = SIZES[kind] ?? []
  const isThere = connection.keys.value?.some(
    (key) => key.name.toLowerCase() === name.toLowerCase(),
  )
  const call: CreateCall = {
    operation: 'createKey',
    key: name || 'NAME',
    kty,
    ...(kind === 'EC' ? { crv } : { keySize: Number(sizes.includes(size) ? size : sizes[0]) }),
    ...(isEnabled ? {} : { enabled: false }),
    nbf: fromInput(notBefore),
    exp: fromInput(expires),
    tags: tags.trim() === '' ? undefined : parseTags(tags),
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
      isDisabled={name === ''}
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
      {kind === 'EC' ? (
        <ChoiceField
          label="Curve"
          value={crv}
          options={CURVES.map((each) => [each as string, each] as const)}
          onChange={setCrv}
        />
      ) : (
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
