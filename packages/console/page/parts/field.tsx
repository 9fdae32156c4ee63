/** Fields of forms: a label, a control, a hint, an error. */

import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
}

interface TextProps extends FieldProps {
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'number' | 'datetime-local' | 'password' | 'search'
  readonly placeholder?: string
  readonly required?: boolean
  readonly pattern?: string
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly rows?: number
  readonly autocomplete?: string
  readonly isCode?: boolean
}

/** A line of text, or several. */
export function TextField(props: TextProps): JSX.Element {
  const { label, hint, error, value, onInput, rows, isCode, type = 'text', ...rest } = props
  const id = useId()
  const shared = {
    id,
    value,
    class: isCode ? 'code' : undefined,
    'aria-describedby': hint || error ? `${id}-hint` : undefined,
    'aria-invalid': error === undefined ? undefined : true,
    spellcheck: false,
    ...rest,
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...(shared as object)}
          type={type as 'text'}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      ) : (
        <textarea
          {...(shared as object)}
          rows={rows}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
      <Hint id={id} hint={hint} error={error} />
    </div>
  )
}

function Hint({ id, hint, error }: Partial<FieldProps> & { readonly id: string }) {
  if (!hint && error === undefined) return null
  return (
    <p id={`${id}-hint`} class={error === undefined ? 'hint' : 'hint error'}>
      {error ?? hint}
    </p>
  )
}

/** One of several values. */
export function SelectField({
  label,
  value,
  options,
  onChange,
  hint,
}: FieldProps & {
  readonly value: string
  readonly options: readonly (readonly [value: string, name: string])[]
  readonly onChange: (value: string) => void
}): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each} selected={each === value}>
            {name}
          </option>
        ))}
      </select>
      <Hint id={id} hint={hint} />
    </div>
  )
}

/** On or off. */
export function CheckField({
  label,
  checked,
  onChange,
}: {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  )
}

/** One of a few values, all of them visible. */
export function ChoiceField<Value extends string>({
  label,
  value,
  options,
  onChange,
  isLabelHidden = false,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [value: Value, name: string])[]
  readonly onChange: (value: Value) => void
  readonly isLabelHidden?: boolean
}): JSX.Element {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend class={isLabelHidden ? 'visually-hidden' : undefined}>{label}</legend>
      <div class="segments">
        {options.map(([each, text]) => (
          <label key={each} class="segment">
            <input
              type="radio"
              name={name}
              value={each}
              checked={each === value}
              onChange={() => onChange(each)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
