/** The state of an HSM, as a whole and as far as people read it. */

import {
  describeKey,
  exportState,
  fromBase64url,
  type HsmError,
  restoreState,
  summarizeKeys,
  toBase64url,
  toFixture,
} from 'pocket-hsm'
import { refuse, refuseStored } from './error.ts'
import type { ControlCall, ControlRoute, JsonObject } from './route.ts'

const MEBIBYTE = 1024 * 1024

/**
 * The whole state, encrypted under the security domain, and its restoration; the state without secrets: as a fixture, as
 * a list of keys, as one key.
 */
export const STATE_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/state', run: whole },
  {
    method: 'POST',
    path: '/state',
    members: ['state'],
    maxBodyLength: 64 * MEBIBYTE,
    run: restore,
  },
  { method: 'GET', path: '/fixture', run: fixture },
  { method: 'GET', path: '/keys', query: ['names'], run: keys },
  { method: 'GET', path: '/key', query: ['name'], run: oneKey },
]

function whole({ served }: ControlCall): JsonObject {
  refuseStored(served(), 'Exports of the whole state are')
  return { state: toBase64url(exportState(served().hsm())) }
}

function fixture({ served }: ControlCall): JsonObject {
  refuseStored(served(), 'Fixtures are')
  return { fixture: toFixture(served().hsm()) }
}

function restore({ json, served }: ControlCall): JsonObject {
  refuseStored(served(), 'Exports of the whole state are')
  const { state } = json
  if (typeof state !== 'string')
    throw refuse(400, 'state must be what GET /control/state returned.')
  served().replace(restored(served, state))
  return { restored: true }
}

/** What the engine refuses is wrong with the request. */
function restored(served: ControlCall['served'], state: string) {
  try {
    return restoreState(served().hsm(), fromBase64url(state))
  } catch (error) {
    throw refuse(400, `The state was not restored: ${(error as HsmError).message}`)
  }
}

function keys({ query, served }: ControlCall): JsonObject {
  refuseStored(served(), 'Lists of all keys are')
  const names = query['names']?.split(',')
  return { keys: summarizeKeys(served().hsm(), names === undefined ? {} : { names }) }
}

function oneKey({ query, served }: ControlCall): JsonObject {
  refuseStored(served(), 'Descriptions of keys are')
  const { name = '' } = query
  const key = describeKey(served().hsm(), name)
  if (key === undefined) throw refuse(404, `There is no key ${name.slice(0, 128)}.`)
  return { key }
}
