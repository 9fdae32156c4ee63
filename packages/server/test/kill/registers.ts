/** Small facts of an HSM under random writes by one client: a role definition, the role assignments of a key, a setting. */

import type { Ask, Json, Slot } from './slot.ts'

/** A write, and what the register is once it was done. */
interface Change {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly after: string
}

/** A fact that can be read back as one text. */
interface Register {
  readonly name: string
  readonly first: string
  readonly read: (ask: Ask) => Promise<string>
  /** The writes that it can take as it is; `count` is another number each time. */
  readonly changes: (value: string, count: number) => readonly Change[]
}

const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const AUTHORIZATION = 'providers/Microsoft.Authorization'
const CRYPTO_USER = '21dbd100-6940-42c2-9190-5d6cb909625b'
const SETTING = '/settings/AllowKeyManagementOperationsThroughARM'
const DEFINITION = `/${AUTHORIZATION}/roleDefinitions/${guid(1)}`
const ASSIGNMENTS = `/keys/key-0/${AUTHORIZATION}/roleAssignments`

const roleDefinition: Register = {
  name: 'role definition',
  first: 'absent',
  read: async (ask) => {
    const { status, json } = await ask('GET', DEFINITION)
    return status === 404 ? 'absent' : String(json.properties?.description)
  },
  changes: (value, count) => {
    const description = String(count)
    const body = { properties: { roleName: 'Kept', description, permissions: [] } }
    const put = { method: 'PUT', path: DEFINITION, body, after: description }
    const remove = { method: 'DELETE', path: DEFINITION, after: 'absent' }
    return value === 'absent' ? [put] : [put, put, remove]
  },
}

/** Their names, in order. */
const roleAssignments: Register = {
  name: 'role assignments',
  first: '',
  read: async (ask) => {
    const { json } = await ask('GET', ASSIGNMENTS)
    const listed = json.value as unknown as readonly { readonly name: string }[]
    return inOrder(listed.map(({ name }) => name))
  },
  changes: (value, count) => {
    const names = value === '' ? [] : value.split(' ')
    const properties = { roleDefinitionId: CRYPTO_USER, principalId: guid(count) }
    const put = {
      method: 'PUT',
      path: `${ASSIGNMENTS}/${guid(count)}`,
      body: { properties },
      after: inOrder([...names, guid(count)]),
    }
    const removals = names.map((name) => ({
      method: 'DELETE',
      path: `${ASSIGNMENTS}/${name}`,
      after: inOrder(names.filter((each) => each !== name)),
    }))
    return names.length < 5 ? [put, ...removals.slice(0, 1)] : removals
  },
}

const inOrder = (names: readonly string[]) => names.toSorted().join(' ')

const setting: Register = {
  name: 'setting',
  first: 'false',
  read: async (ask) => String((await ask('GET', SETTING)).json.value),
  changes: (value) => {
    const after = value === 'true' ? 'false' : 'true'
    return [{ method: 'PATCH', path: SETTING, body: { value: after }, after }]
  },
}

/** Slots for all of them, as they are in a new HSM. */
export const createRegisters = (): readonly Slot[] =>
  [roleDefinition, roleAssignments, setting].map(createRegisterSlot)

function createRegisterSlot({ name, first, read, changes }: Register): Slot {
  let known = first
  let unanswered: Change | undefined
  let count = 0
  let acknowledged = 0

  const write = async (ask: Ask, random: () => number) => {
    count += 1
    const possible = changes(known, count)
    const change = possible[Math.floor(random() * possible.length)] as Change
    unanswered = change
    const { status, json } = await ask(change.method, change.path, change.body)
    if (status >= 400) throw new Error(`${change.method} ${change.path}: ${status} ${show(json)}`)
    known = change.after
    unanswered = undefined
    acknowledged += 1
  }

  const check = async (ask: Ask) => {
    const found = await read(ask)
    const possible = [known, ...(unanswered ? [unanswered.after] : [])]
    if (!possible.includes(found)) {
      return { wrong: `the ${name} is '${found}', not one of '${possible.join("', '")}'` }
    }
    const result = unanswered === undefined ? {} : { kept: found === unanswered.after }
    known = found
    unanswered = undefined
    return result
  }

  const look = async (ask: Ask) => {
    await read(ask)
  }
  return { name, write, look, check, acknowledged: () => acknowledged }
}

const show = (json: Json) => JSON.stringify(json)
