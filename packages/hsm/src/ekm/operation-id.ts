/** The identifier of an operation on a private endpoint. */

import type { Call } from '../engine/audit-context.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'

/** Makes one: 32 hexadecimal digits in lower case; under a seed, from the number of calls before. */
export function newOperationId({ engine: { seed, trail } }: Call): string {
  const random =
    seed === undefined ? pooledRandom : seededStream(seed, 'private endpoint', trail.total)
  return newGuid(random).replaceAll('-', '')
}
