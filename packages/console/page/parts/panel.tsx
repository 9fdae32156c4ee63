/** Boxes of a view, and what is shown where there is nothing. */

import type { ComponentChildren, JSX } from 'preact'
import type { Tone } from '../model/key-rows.ts'
import { Icon, type IconName } from './icon.tsx'

/** The heading of a view, with what can be done in it. */
export function ViewHeader({
  title,
  text,
  children,
}: {
  readonly title: ComponentChildren
  readonly text?: ComponentChildren
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <header class="view-header">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {text && <p class="quiet">{text}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  )
}

/** A box with a heading. */
export function Panel({
  title,
  actions,
  children,
}: {
  readonly title: ComponentChildren
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <section class="panel">
      <div class="panel-header">
        <h2>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** A word about a state, with a dot in its colour. */
export function Pill({
  tone,
  children,
}: {
  readonly tone: Tone
  readonly children: ComponentChildren
}): JSX.Element {
  return <span class={`pill ${tone}`}>{children}</span>
}

/** What is shown where there is nothing, and what can be done about it. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}

/** Names and values. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren])[]
}): JSX.Element {
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
