// Whether what is done with one key stays as quick among a hundred thousand.

import { equal } from 'node:assert/strict'
import { createHsm, createKey, forkHsm, getKey, listKeys, updateKey } from 'pocket-hsm'

const SIZES = [1000, 100_000]
const label = (size) => `${size.toLocaleString('en')} keys`
const name = (number) => `key-${String(number).padStart(6, '0')}`

export const scale = {
  name: 'scale',
  title: 'Many keys: list, fork, read, write',
  noise: 'Microseconds: the two columns should be alike, and small differences mean nothing.',
  effort: (quick) =>
    quick
      ? { warmUp: 120, batch: 2, budget: 150, most: 60 }
      : { warmUp: 300, batch: 3, budget: 1200, most: 300 },
  tasks() {
    const hsms = SIZES.map((size) => [size, filled(size)])
    const forEach = (make) =>
      Object.fromEntries(hsms.map(([size, hsm]) => [label(size), make(hsm, size)]))
    return [
      {
        name: 'list: the first page of 25',
        contenders: forEach((hsm) => () => listKeys(hsm, { maxResults: 25 })),
        check: (_, { value }) => equal(value.length, 25),
      },
      {
        name: 'list: a page of 25 from the middle',
        contenders: forEach((hsm, size) => {
          const marker = markerAt(hsm, size / 2)
          return () => listKeys(hsm, { maxResults: 25, marker })
        }),
        check: (_, { value }) => equal(value.length, 25),
      },
      {
        name: 'fork the HSM',
        contenders: forEach((hsm) => () => forkHsm(hsm)),
        check: (_, fork) => equal(listKeys(fork, { maxResults: 1 }).value.length, 1),
      },
      {
        name: 'fork the HSM and change one key',
        contenders: forEach((hsm, size) => () => {
          const fork = forkHsm(hsm)
          return updateKey(fork, name(size / 2), { tags: { changed: 'yes' } })
        }),
        check: (_, { tags }) => equal(tags.changed, 'yes'),
      },
      {
        name: 'get a key',
        contenders: forEach((hsm, size) => () => getKey(hsm, name(size / 2))),
        check: (_, { key }) => equal(key.kty, 'oct-HSM'),
      },
    ]
  },
}

function filled(size) {
  const hsm = createHsm({ limits: { keys: Number.POSITIVE_INFINITY } })
  for (let number = 0; number < size; number++) createKey(hsm, name(number), { kty: 'oct-HSM' })
  return hsm
}

/** A marker that pages hand out, near the key of that number. */
function markerAt(hsm, number) {
  let marker
  for (let seen = 0; seen < number; seen += 25) {
    marker = listKeys(hsm, { maxResults: 25, ...(marker && { marker }) }).nextMarker
  }
  return marker
}
