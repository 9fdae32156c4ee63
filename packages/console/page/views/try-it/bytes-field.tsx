/** A field for bytes, with its encoding. */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { ENCODINGS, type Encoding, parseBytes } from '../../model/encodings.ts'

/** Bytes as they were typed. */
export interface TypedBytes {
  readonly text: string
  readonly encoding: Encoding
}

/** A field for bytes. */
export function BytesField({
  label,
  value,
  rows = 2,
  hint,
  onChange,
}: {
  readonly label: string
  readonly value: TypedBytes
  readonly rows?: number
  readonly hint?: string
  readonly onChange: (value: TypedBytes) => void
}): JSX.Element {
  const id = useId()
  const { bytes, error } = parseBytes(value.text, value.encoding)
  return (
    <div class="field bytes">
      <div class="bytes-label">
        <label for={id}>{label}</label>
        <select
          aria-label={`Encoding of ${label.toLowerCase()}`}
          value={value.encoding}
          onChange={({ currentTarget }) =>
            onChange({ ...value, encoding: currentTarget.value as Encoding })
          }
        >
          {Object.entries(ENCODINGS).map(([each, name]) => (
            <option key={each} value={each} selected={each === value.encoding}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <textarea
        id={id}
        class="code"
        rows={rows}
        spellcheck={false}
        value={value.text}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onChange({ ...value, text: currentTarget.value })}
      />
      <p id={`${id}-hint`} class={error === undefined ? 'hint' : 'hint error'}>
        {error ?? `${bytes?.length ?? 0} bytes${hint === undefined ? '' : `; ${hint}`}`}
      </p>
    </div>
  )
}
