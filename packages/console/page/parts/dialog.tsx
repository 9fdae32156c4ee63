/** A dialog: the browser's own, which keeps the focus and closes on Escape. */

import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { useStore } from './store-context.ts'

/** A form in a dialog. It is open as long as it is rendered. */
export function Dialog({
  title,
  onClose,
  onSubmit,
  submitName,
  tone = 'primary',
  isDisabled = false,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  /** Returns whether it was done: the dialog closes then. */
  readonly onSubmit?: () => Promise<boolean>
  readonly submitName?: string
  readonly tone?: 'primary' | 'danger'
  readonly isDisabled?: boolean
  readonly children: ComponentChildren
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const { notices } = useStore()
  const [error, setError] = useState<string | undefined>(undefined)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await onSubmit?.()) return onClose()
    // Behind the dialog nobody would see it.
    const last = notices.list.value.at(-1)
    if (last?.tone !== 'bad') return
    setError(last.text)
    notices.dismiss(last.id)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, by itself
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      <form class="dialog-form" onSubmit={(event) => void submit(event)}>
        <div class="dialog-header">
          <h2 id={id}>{title}</h2>
          <Button icon="close" tone="quiet" label="Close" onClick={onClose} />
        </div>
        <div class="dialog-body">{children}</div>
        {error !== undefined && (
          <p class="dialog-error" role="alert">
            {error}
          </p>
        )}
        {onSubmit && (
          <div class="dialog-footer">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" tone={tone} disabled={isDisabled}>
              {submitName}
            </Button>
          </div>
        )}
      </form>
    </dialog>
  )
}
