/** Instants: how far they are from the present of the HSM, and when. */

import type { JSX } from 'preact'
import { formatInstant, formatRelative, toIso } from '../model/format.ts'
import { useStore } from './store-context.ts'

/** An instant in UTC with its distance. */
export function Instant({
  at,
  isShort = false,
}: {
  readonly at: number
  readonly isShort?: boolean
}): JSX.Element {
  const { clock } = useStore()
  const distance = formatRelative(at, clock.now.value)
  return (
    <time dateTime={toIso(at)} title={`${formatInstant(at)} UTC`} class="instant">
      {isShort ? distance : `${formatInstant(at)} UTC`}
      {!isShort && <span class="quiet"> {distance}</span>}
    </time>
  )
}
