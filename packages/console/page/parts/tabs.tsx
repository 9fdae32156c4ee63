/** Tabs: arrow keys move between them. */

import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

/** A row of tabs and the panel of the chosen one. */
export function Tabs<Value extends string>({
  label,
  value,
  tabs,
  onChange,
  actions,
  children,
}: {
  readonly label: string
  readonly value: Value
  readonly tabs: readonly (readonly [value: Value, name: string])[]
  readonly onChange: (value: Value) => void
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}): JSX.Element {
  const id = useId()
  const index = tabs.findIndex(([each]) => each === value)
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const [next] = tabs[step(index, tabs.length)] ?? []
    if (next === undefined) return
    onChange(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <div class="tabs">
      <div class="tab-row">
        <div role="tablist" aria-label={label} onKeyDown={move}>
          {tabs.map(([each, name]) => (
            <button
              key={each}
              id={`${id}-${each}`}
              type="button"
              role="tab"
              class="tab"
              aria-selected={each === value}
              aria-controls={`${id}-panel`}
              tabIndex={each === value ? 0 : -1}
              onClick={() => onChange(each)}
            >
              {name}
            </button>
          ))}
        </div>
        {actions}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </div>
  )
}

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowLeft: (index, count) => (index + count - 1) % count,
  ArrowRight: (index, count) => (index + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}
