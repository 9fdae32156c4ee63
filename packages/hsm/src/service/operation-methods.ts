/** The HTTP method of each operation, which the service names in one of its error texts. */

/** Every operation that is not a POST. */
const METHODS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  importKey: 'PUT',
  getKey: 'GET',
  updateKey: 'PATCH',
  deleteKey: 'DELETE',
  listKeyVersions: 'GET',
  getDeletedKey: 'GET',
  purgeDeletedKey: 'DELETE',
  getRotationPolicy: 'GET',
  updateRotationPolicy: 'PUT',
  getKeyAttestation: 'GET',
})

/** Returns the HTTP method of an operation, by the name of its function. */
export function methodOf(operation: string): string {
  return METHODS[operation] ?? 'POST'
}
