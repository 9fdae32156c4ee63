// What is done with an HSM of so many keys, each on a fork of it, so that it stays as large as it is.

import { equal } from 'node:assert/strict'
import {
  createHsm,
  createKey,
  deleteKey,
  encrypt,
  forkHsm,
  getKey,
  listDeletedKeys,
  listKeys,
} from 'pocket-hsm'

const KEY = { kty: 'oct-HSM', keySize: 256 }
const UNLIMITED = { keys: Number.POSITIVE_INFINITY, versions: Number.POSITIVE_INFINITY }
const RETENTION = 90 * 86_400_000

/** How many keys a sample works with, in turn: few enough to stay in the processor's caches, spread over all names. */
const VISITED = 25

const name = (number) => `key-${String(number).padStart(7, '0')}`

/** Fewer keys are lost in what else comes and goes on a heap. */
const WEIGHED = 20_000

/**
 * An HSM of so many symmetric keys, and what one of them takes of the heap: bytes.
 *
 * @param {number} size
 * @param {{ clock: () => number, used: () => number }} host `used` returns the bytes in use, after a collection of garbage.
 */
export function weighed(size, { clock, used }) {
  const count = Math.max(1, Math.ceil(WEIGHED / size))
  const before = used()
  const hsms = Array.from({ length: count }, () => filled(size, clock))
  const bytesPerKey = (used() - before) / (size * count)
  return { hsm: hsms[0], bytesPerKey }
}

/** An HSM of so many symmetric keys. */
export function filled(size, clock) {
  // The audit trail has a bound of its own, and is not what is measured.
  const hsm = createHsm({ clock, limits: UNLIMITED, auditLimit: 0 })
  for (let number = 0; number < size; number++) createKey(hsm, name(number), KEY)
  return hsm
}

/**
 * The tasks on one HSM. A sample prepares what it needs, then does the task `times` times under the clock.
 *
 * @param {object} hsm
 * @param {number} size
 * @param {{ pass: (milliseconds: number) => void }} clock
 * @returns {readonly { name: string, times: number, prepare: () => unknown, run: (prepared: unknown) => unknown,
 *   check: (result: unknown) => void }[]}
 */
export function tasksOn(hsm, size, clock) {
  const spread = Array.from({ length: VISITED }, (_, index) => Math.floor((index * size) / VISITED))
  const visited = spread.map(name)
  const value = new Uint8Array(64)
  const bundles = new Map()
  for (let number = 0; number < size; number++) {
    bundles.set(name(number), getKey(hsm, name(number)))
  }
  const lastMarker = markerOfLastPage(hsm)
  const each = (names, work) => {
    let result
    for (const visit of names) result = work(visit)
    return result
  }
  const anyNames = () =>
    Array.from({ length: VISITED }, () => name(Math.floor(Math.random() * size)))
  return [
    {
      name: 'create a key',
      times: VISITED,
      prepare: () => forkHsm(hsm),
      run: (fork) => each(visited, (visit) => createKey(fork, `${visit}-new`, KEY)),
      check: ({ key }) => equal(key.kty, 'oct-HSM'),
    },
    {
      name: 'get a key',
      times: VISITED,
      prepare: () => hsm,
      run: () => each(visited, (visit) => getKey(hsm, visit)),
      check: ({ key }) => equal(key.kid.split('/').at(-2), visited.at(-1)),
    },
    {
      name: 'encrypt 64 bytes with A256GCM',
      times: VISITED,
      prepare: () => hsm,
      run: () => each(visited, (visit) => encrypt(hsm, visit, { alg: 'A256GCM', value })),
      check: ({ tag }) => equal(tag.length, 16),
    },
    {
      name: 'list: the first page of 25',
      times: 1,
      prepare: () => hsm,
      run: () => listKeys(hsm),
      check: ({ value: items, nextMarker }) => equal(items.length, nextMarker ? 25 : size),
    },
    {
      name: 'list: the last page of 25',
      times: 1,
      prepare: () => hsm,
      run: () => listKeys(hsm, { marker: lastMarker }),
      check: ({ value: items, nextMarker }) =>
        equal(`${items.length} ${nextMarker}`, '25 undefined'),
    },
    {
      name: 'delete a key',
      times: VISITED,
      prepare: () => forkHsm(hsm),
      run: (fork) => each(visited, (visit) => deleteKey(fork, visit)),
      check: ({ recoveryId }) => equal(recoveryId.split('/').at(-1), visited.at(-1)),
    },
    {
      name: 'fork the HSM',
      times: 1,
      prepare: () => hsm,
      run: () => forkHsm(hsm),
      check: (fork) => equal(getKey(fork, visited[0]).key.kty, 'oct-HSM'),
    },
    ...[VISITED, 1000].map((count) => purge(hsm, size, count, clock)),
    {
      name: 'get a key that was not used for long',
      times: VISITED,
      prepare: anyNames,
      run: (names) => each(names, (visit) => getKey(hsm, visit)),
      check: ({ key }) => equal(key.kty, 'oct-HSM'),
    },
    {
      // What no map can be quicker than.
      name: 'read a bundle in a plain Map that was not used for long',
      times: VISITED,
      prepare: anyNames,
      run(names) {
        let latest
        for (const visit of names) {
          const { key, attributes } = bundles.get(visit)
          latest = { kid: key.kid, kty: key.kty, created: attributes.created }
        }
        return latest
      },
      check: ({ kty }) => equal(kty, 'oct-HSM'),
    },
  ]
}

/** Follows the pages to the end: there is no other way to the last one. */
function markerOfLastPage(hsm) {
  let marker
  for (;;) {
    const { nextMarker } = listKeys(hsm, marker === undefined ? {} : { marker })
    if (nextMarker === undefined) return marker
    marker = nextMarker
  }
}

/** So many more keys among the others, deleted, all fall due at once. */
function purge(hsm, size, count, clock) {
  const withDue = forkHsm(hsm)
  for (let index = 0; index < count; index++) {
    const due = `${name(Math.floor((index * size) / count))}-due`
    createKey(withDue, due, KEY)
    deleteKey(withDue, due)
  }
  return {
    name: `purge ${count.toLocaleString('en')} keys that fell due`,
    times: 1,
    prepare: () => forkHsm(withDue),
    run(fork) {
      clock.pass(RETENTION)
      const page = listDeletedKeys(fork)
      clock.pass(-RETENTION)
      return page
    },
    check: ({ value: items }) => equal(items.length, 0),
  }
}
