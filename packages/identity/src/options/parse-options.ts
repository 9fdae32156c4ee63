/** Which options the handler accepts. */

import type { JsonWebKey } from '@pocket-hsm/crypto'
import { isGuid } from '../names/guid.ts'
import { checkOption, checkTable, custom, listOf, members, text } from './check-options.ts'
import { badOption } from './identity-error.ts'
import type {
  Application,
  Federation,
  IdentityOptions,
  ManagedIdentity,
  Tenant,
  User,
} from './options.ts'
import { isReadable, keyOfJwk, keyOfPem } from './public-keys.ts'

const OWNER = 'createIdentityHandler'

const guid = custom('a GUID', (value) => typeof value === 'string' && isGuid(value))
/** More groups do not fit into a token: the service sends a link instead, which pocket-hsm does not. */
const MOST_GROUPS = 200
const groups = {
  ...listOf(text),
  expected: `an array of at most ${MOST_GROUPS} object ids`,
  isAllowed: (value: unknown) => Array.isArray(value) && value.length <= MOST_GROUPS,
}

const FEDERATION = checkTable<Federation>({
  issuer: text,
  subject: text,
  audience: text,
  keys: listOf(custom('a public JWK', (value) => isReadable(() => keyOfJwk(value as JsonWebKey)))),
})

const OPTIONS = members(
  checkTable<IdentityOptions>({
    tenants: listOf(members(checkTable<Tenant>({ id: guid, names: listOf(text) }))),
    applications: listOf(
      members(
        checkTable<Application>({
          clientId: text,
          objectId: text,
          groups,
          secrets: listOf(text),
          certificates: listOf(
            custom('a certificate or a public key, PEM', (value) =>
              isReadable(() => keyOfPem(String(value))),
            ),
          ),
          federations: listOf(members(FEDERATION)),
        }),
      ),
    ),
    users: listOf(
      members(checkTable<User>({ name: text, password: text, objectId: text, groups })),
    ),
    managedIdentities: listOf(
      members(
        checkTable<ManagedIdentity>({ clientId: text, resourceId: text, objectId: text, groups }),
      ),
    ),
    identityHeader: text,
    tokenSeconds: custom(
      'a whole number of seconds from 1 to 86400',
      (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 86_400,
    ),
    seed: custom(
      'a string or a Uint8Array that is not empty',
      (value) => (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0,
    ),
    clock: custom('a function', (value) => typeof value === 'function'),
  }),
)

/** The members that an item must have, by the list it is in. */
const REQUIRED: readonly (readonly [keyof IdentityOptions, string])[] = [
  ['tenants', 'id'],
  ['applications', 'clientId'],
  ['users', 'name'],
]

/** Checks the options of the handler; throws `BadOption`. */
export function checkIdentityOptions(options: IdentityOptions): void {
  checkOption(options, OPTIONS, '', OWNER)
  for (const [list, member] of REQUIRED) {
    const items = (options[list] ?? []) as readonly object[]
    const index = items.findIndex((item) => !(item as Record<string, unknown>)[member])
    if (index >= 0) {
      throw badOption(`The option "${list}[${index}].${member}" of ${OWNER} is missing.`)
    }
    const ids = items.map((item) => String((item as Record<string, unknown>)[member]).toLowerCase())
    if (new Set(ids).size < ids.length) {
      throw badOption(`The option "${list}" of ${OWNER} has the same ${member} twice.`)
    }
  }
  if (options.tenants?.length === 0) {
    throw badOption(`The option "tenants" of ${OWNER} must have at least one tenant.`)
  }
  const federations = (options.applications ?? []).flatMap((each) => each.federations ?? [])
  if (federations.some(({ issuer, subject }) => !issuer || !subject)) {
    throw badOption(`A federation in the options of ${OWNER} must have an issuer and a subject.`)
  }
}
