/** Key files written by OpenSSL: `fixtures/README.md` documents how. */

import { readFileSync } from 'node:fs'
import { pemBytes, readPemBlocks } from '../src/key-files/pem-blocks.ts'

/** The password of every encrypted fixture. */
export const PASSWORD = 'swordfish'

/** The text of a fixture, by its name without `.pem`. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8')

/** The bytes of a fixture's last block: the key, if a block of parameters precedes it. */
export function fixtureDer(name: string): Uint8Array {
  const block = readPemBlocks(fixture(name)).at(-1)
  if (block === undefined) throw new Error(`${name} has no block.`)
  return pemBytes(block)
}
