/** Everything that can be observed of an HSM, without touching it. */

import {
  backupKey,
  createKey,
  forkHsm,
  getDeletedKey,
  getKey,
  getRandomBytes,
  type Hsm,
  HsmError,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  type Page,
  type PageParameters,
  recoverDeletedKey,
} from '../src/index.ts'

/**
 * What a fork of the HSM shows. Under a seed the backups hold the private keys under the next IV of the key's
 * stream, and the next draws show where the others stand: two snapshots are equal only where nothing at all
 * has changed.
 */
export function snapshot(hsm: Hsm): unknown {
  const fork = forkHsm(hsm)
  const active = everyItem((page) => listKeys(fork, page))
  const deleted = everyItem((page) => listDeletedKeys(fork, page))
  return {
    active,
    deleted,
    keys: active.map(({ kid }) => keyFacts(fork, kid)),
    deletedKeys: deleted.map(({ kid }) => deletedKeyFacts(fork, kid)),
    random: attempted(() => hex(getRandomBytes(fork, 16))),
    nextKey: attempted(() => createKey(fork, 'key-of-the-snapshot', { kty: 'EC' })),
  }
}

/** What can be seen without drawing anything: the same for HSMs that have no seed. */
export function visible(hsm: Hsm): unknown {
  const active = everyItem((page) => listKeys(hsm, page))
  const deleted = everyItem((page) => listDeletedKeys(hsm, page))
  return {
    keys: active.map(({ kid }) => [
      getKey(hsm, kid),
      ...everyItem((page) => listKeyVersions(hsm, kid, page)).map((item) => getKey(hsm, item.kid)),
    ]),
    deletedKeys: deleted.map(({ kid }) => getDeletedKey(hsm, kid)),
  }
}

/** The items of all pages, in order. */
export function everyItem<Item>(read: (page: PageParameters) => Page<Item>): readonly Item[] {
  const items: Item[] = []
  let page = read({})
  items.push(...page.value)
  while (page.nextMarker !== undefined) {
    page = read({ marker: page.nextMarker })
    items.push(...page.value)
  }
  return items
}

function keyFacts(hsm: Hsm, kid: string): unknown {
  return {
    current: getKey(hsm, kid),
    versions: everyItem((page) => listKeyVersions(hsm, kid, page)).map((item) => ({
      item,
      bundle: getKey(hsm, item.kid),
    })),
    backup: hex(backupKey(hsm, kid)),
  }
}

function deletedKeyFacts(hsm: Hsm, kid: string): unknown {
  const bundle = getDeletedKey(hsm, kid)
  recoverDeletedKey(hsm, kid)
  return { bundle, ...(keyFacts(hsm, kid) as object) }
}

/** A value, or the code of the refusal. */
function attempted(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    if (error instanceof HsmError) return error.code
    throw error
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
