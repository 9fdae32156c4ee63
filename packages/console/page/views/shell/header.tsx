/** The header: which HSM, what time it has, who is acting, how the page looks. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { formatDate, formatSpan, formatTime } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { Icon, type IconName } from '../../parts/icon.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { Theme } from '../../state/preferences.ts'
import { hrefOf } from '../../state/router.ts'
import { profileOf } from '../keys/create-key-dialog.tsx'
import { IdentityDialog } from './identity-dialog.tsx'

const PROFILES: Readonly<Record<string, string>> = {
  'managed-hsm': 'Managed HSM',
  'vault-premium': 'Vault, premium',
  'vault-standard': 'Vault, standard',
}

const NEXT_THEME: Readonly<Record<Theme, Theme>> = {
  system: 'light',
  light: 'dark',
  dark: 'system',
}
const THEME_ICONS: Readonly<Record<Theme, IconName>> = {
  system: 'system',
  light: 'sun',
  dark: 'moon',
}

/** The header. */
export function Header(): JSX.Element {
  const { changes, preferences } = useStore()
  const { theme, isReadOnly } = preferences
  return (
    <header class="top">
      <HsmName />
      <ClockChip />
      <div class="top-actions">
        <LiveDot />
        {changes.canUndo.value && (
          <Button
            icon="undo"
            tone="quiet"
            label={`Undo: ${changes.undoPoints.value.at(-1)?.label}`}
            disabled={isReadOnly.value}
            onClick={() => changes.undo()}
          />
        )}
        <Button
          icon="lock"
          tone="quiet"
          label="Read-only: nothing can be changed from this page"
          pressed={isReadOnly.value}
          onClick={() => {
            isReadOnly.value = !isReadOnly.value
          }}
        />
        <ActingAs />
        <Button
          icon={THEME_ICONS[theme.value]}
          tone="quiet"
          label={`Theme: ${theme.value}; change it to ${NEXT_THEME[theme.value]}`}
          onClick={() => {
            theme.value = NEXT_THEME[theme.value]
          }}
        />
      </div>
    </header>
  )
}

function HsmName(): JSX.Element {
  const { connection, source } = useStore()
  const overview = connection.overview.value
  const hsm = connection.hsm.value
  const others = overview?.hsms.filter(({ name }) => name !== hsm) ?? []
  return (
    <div class="hsm-name">
      <a href={hrefOf('keys')} class="brand">
        <img src="./favicon.svg" alt="" width="24" height="24" />
        <strong>{hsm === '' || hsm === 'default' ? 'pocket-hsm' : hsm}</strong>
      </a>
      <span class="profile">
        {PROFILES[profileOf(connection)]}
        {source.isInPage && ', in this page'}
      </span>
      {others.length > 0 && (
        <details class="menu">
          <summary>Other HSMs</summary>
          <ul>
            {others.map(({ name, hosts }) => (
              <li key={name}>
                <a href={addressOf(hosts, source.origin)}>{name}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

/** The page of another HSM of the server: requests reach it by its host. */
function addressOf(hosts: readonly string[], origin: string): string {
  const url = new URL('/console/', origin)
  url.hostname = hosts.find((host) => host.endsWith('.localhost')) ?? hosts[0] ?? url.hostname
  return url.href
}

function ClockChip(): JSX.Element {
  const { clock } = useStore()
  const now = clock.now.value
  const offset = clock.offset.value
  if (now === 0) return <span class="clock-chip" />
  const isMoved = Math.abs(offset) >= 1
  return (
    <a
      class={`clock-chip${isMoved ? ' moved' : ''}`}
      href={hrefOf('time')}
      title="Clock of the HSM"
    >
      <Icon name="time" />
      <span class="clock-text">
        <span class="clock-day">{formatDate(now)} </span>
        {formatTime(now)}
      </span>
      {isMoved && (
        <span class="offset">
          {offset > 0 ? '+' : '−'}
          {formatSpan(offset)}
        </span>
      )}
    </a>
  )
}

const STATES = {
  live: 'Live',
  connecting: 'Connecting',
  lost: 'Not connected',
  token: 'Token needed',
  refused: 'Refused',
} as const

function LiveDot(): JSX.Element {
  const { kind } = useStore().connection.state.value
  return (
    <span class={`live ${kind}`} role="status">
      {STATES[kind]}
    </span>
  )
}

function ActingAs(): JSX.Element {
  const { identity } = useStore()
  const [isOpen, setOpen] = useState(false)
  const { caller } = identity.value
  return (
    <>
      <Button icon="person" tone="quiet" onClick={() => setOpen(true)}>
        <span class="visually-hidden">Acting as </span>
        <span class="caller">{caller}</span>
      </Button>
      {isOpen && <IdentityDialog onClose={() => setOpen(false)} />}
    </>
  )
}
