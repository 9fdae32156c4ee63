/** The state that a server's options name, and the options as that state has them. */

import type { HsmOptions } from 'pocket-hsm'
import { NAMELESS, seedOf } from '../hsms/hosts.ts'
import { openState, type ServerState } from '../journal/server-state.ts'
import type { ServerOptions, ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

/** A server's settings, and its state where it has one. */
export interface SettingsWithState {
  readonly settings: ServerSettings
  /** Whether its HSMs have a seed. */
  readonly isSeeded: boolean
  readonly state?: ServerState
}

/**
 * Opens the state that the options name, if any. What was left out of the options is as the state has it.
 *
 * @throws `BadState`, `BadOption` - as `openState`; names among which one of the state is missing.
 */
export async function openStateOf(
  options: ServerOptions,
  settings: ServerSettings,
  engine: Pick<HsmOptions, 'clock' | 'attestationKeys' | 'rsaPool'>,
): Promise<SettingsWithState> {
  const { state: path, stateKey: key, warn, seed } = settings
  if (path === undefined) {
    if (key === undefined) return { settings, isSeeded: seed !== undefined }
    throw serverError('BadOption', 'A key of the state is of no use without a state.')
  }
  const state = await openState({ path, key, warn }, (name, names) => ({
    ...engine,
    ...given(options),
    ...seedOf(seed, settings.names.length > 0 ? settings.names : names, name),
  }))
  try {
    const isSeeded = state.server?.isSeeded ?? seed !== undefined
    return { settings: { ...settings, ...kept(settings, state, path) }, isSeeded, state }
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

/** Names and profile, which a server has to know of its HSMs. */
function kept(
  { names, profile }: ServerSettings,
  state: ServerState,
  path: string,
): Pick<ServerSettings, 'names' | 'profile'> {
  const [first] = state.hsms.values()
  const asked = new Set(names.map((name) => name.toLowerCase()))
  const missing = state.names.filter((name) => !asked.has(name.toLowerCase()))
  if (names.length > 0 && missing.length > 0) {
    throw serverError(
      'BadOption',
      `The state in ${path} holds the HSM ${missing.join(', ')}, which is not among the names: name it too, or leave the names out.`,
    )
  }
  const all = names.length > 0 ? names : state.names.filter((name) => name !== NAMELESS)
  return { names: all, profile: first?.profile ?? profile }
}
