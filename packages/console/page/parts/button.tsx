/** Buttons. */

import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

/** The properties of a button. */
export interface ButtonProps {
  readonly icon?: IconName
  readonly tone?: 'primary' | 'danger' | 'quiet'
  /** What a screen reader says, where the button has an icon alone. */
  readonly label?: string
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly pressed?: boolean
  readonly describedBy?: string
  readonly onClick?: () => unknown
  readonly children?: ComponentChildren
}

/** A button; while what it has started is going on, it cannot be pressed again. */
export function Button({
  icon,
  tone,
  label,
  disabled = false,
  type = 'button',
  pressed,
  describedBy,
  onClick,
  children,
}: ButtonProps): JSX.Element {
  const [isBusy, setBusy] = useState(false)
  const press = async () => {
    if (onClick === undefined) return
    setBusy(true)
    try {
      await onClick()
    } finally {
      setBusy(false)
    }
  }
  return (
    <button
      type={type}
      class={`button ${tone ?? ''}${children === undefined ? ' icon-only' : ''}`}
      aria-label={label}
      title={children === undefined ? label : undefined}
      aria-pressed={pressed}
      aria-describedby={describedBy}
      aria-busy={isBusy || undefined}
      disabled={disabled || isBusy}
      onClick={onClick && (() => void press())}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** Copies a text, and says so. */
export function CopyButton({
  text,
  what,
}: {
  readonly text: string
  /** What is copied, for screen readers: `Copy` is in front of it. */
  readonly what: string
}): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <span class="copy">
      <Button
        icon={isCopied ? 'check' : 'copy'}
        tone="quiet"
        label={`Copy ${what}`}
        onClick={copy}
      />
      <span class="visually-hidden" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </span>
  )
}
