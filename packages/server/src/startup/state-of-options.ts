/** Opens the state of a server's options, and completes the options from it. */

import type { HsmOptions } from 'pocket-hsm'
import { NAMELESS, seedOf } from '../hsms/hosts.ts'
import { isManaged, openState, type ServerState } from '../journal/server-state.ts'
import { managedSeedOf } from '../management/server-hosting.ts'
import type { ServerOptions, ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

/** A server's settings, and its state if it has one. */
export interface SettingsWithState {
  readonly settings: ServerSettings
  /** Whether its HSMs have a seed. */
  readonly isSeeded: boolean
  readonly state?: ServerState
}

/**
 * Opens the state of the options, if any. Options that were not given have the values of the state.
 *
 * @throws `BadState`, `BadOption` - as `openState`; or the names lack one of the state's.
 */
export async function openStateOf(
  options: ServerOptions,
  settings: ServerSettings,
  engine: Pick<HsmOptions, 'clock' | 'attestationKeys' | 'rsaPool'>,
): Promise<SettingsWithState> {
  const { state: path, stateKey: key, warn, seed } = settings
  if (path === undefined) {
    if (key === undefined) return { settings, isSeeded: seed !== undefined }
    throw serverError('BadOption', 'stateKey can be used only with state or postgres.')
  }
  const state = await openState({ path, key, warn }, (name, names) =>
    isManaged(name)
      ? { ...engine, ...managedSeedOf(seed, name) }
      : {
          ...engine,
          ...given(options),
          ...seedOf(seed, settings.names.length > 0 ? settings.names : names, name),
        },
  )
  try {
    const isSeeded = state.server?.isSeeded ?? seed !== undefined
    return { settings: { ...settings, ...fromState(settings, state, path) }, isSeeded, state }
  } catch (error) {
    await state.release()
    throw error
  }
}

const REPEATED = ['profile', 'softDeleteRetentionDays', 'purgeProtection'] as const

function given(options: ServerOptions): HsmOptions {
  const names = REPEATED.filter((name) => options[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, options[name]]))
}

/** The names and the profile, which a server needs to know. */
function fromState(
  { names, profile, management }: ServerSettings,
  state: ServerState,
  path: string,
): Pick<ServerSettings, 'names' | 'profile'> {
  const first = [...state.hsms].find(([name]) => !isManaged(name))?.[1]
  if (state.server?.management !== undefined && !management) {
    throw serverError(
      'BadOption',
      `The state in ${path} has Managed HSMs of the management plane: pass --management.`,
    )
  }
  const asked = new Set(names.map((name) => name.toLowerCase()))
  const missing = state.names.filter((name) => !asked.has(name.toLowerCase()))
  if (names.length > 0 && missing.length > 0) {
    throw serverError(
      'BadOption',
      `The state in ${path} has the HSM ${missing.join(', ')}, which is not one of the names: add it, or give no names.`,
    )
  }
  const all = names.length > 0 ? names : state.names.filter((name) => name !== NAMELESS)
  return { names: all, profile: first?.profile ?? profile }
}
