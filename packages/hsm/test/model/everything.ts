/** All that an HSM shows, beside all that the model knows of it. */

import { everyItem } from '../snapshot.ts'
import { agree, attempt, type Place, viewOf } from './agreement.ts'
import { get, getDeleted, getPolicy } from './model.ts'
import { deletedItem, item, keysIn, versionsOf } from './records.ts'

/** Everything that an HSM shows is what the model says. */
export function compare(place: Place): void {
  const { hsm, letter } = place
  const { facade } = place.real
  const { handle } = viewOf(place)
  const see = (what: string, call: () => unknown, expected: unknown) =>
    agree(place, attempt(call), { value: () => expected }, what)
  see(
    `the keys of HSM ${letter}`,
    () => everyItem((page) => facade.listKeys(handle, page)),
    keysIn(hsm, 'active').map((key) => item(hsm, key)),
  )
  see(
    `the deleted keys of HSM ${letter}`,
    () => everyItem((page) => facade.listDeletedKeys(handle, page)),
    keysIn(hsm, 'deleted').map((key) => deletedItem(hsm, key)),
  )
  for (const key of hsm.keys.values()) {
    const { name } = key
    see(
      `the versions of '${name}'`,
      () => everyItem((page) => facade.listKeyVersions(handle, name, page)),
      versionsOf(hsm, name).map((version) => item(hsm, key, version)),
    )
    for (const id of [undefined, ...key.versions.map((version) => version.id)]) {
      const reference = id === undefined ? name : `${name}/${id}`
      const got = attempt(() => facade.getKey(handle, reference))
      agree(place, got, get(hsm, name, id), reference)
    }
    const policy = attempt(() => facade.getRotationPolicy(handle, name))
    agree(place, policy, getPolicy(hsm, name), `the rotation policy of '${name}'`)
    const got = attempt(() => facade.getDeletedKey(handle, name))
    agree(place, got, getDeleted(hsm, name), `the deleted '${name}'`)
  }
}
