/** Journals in folders of their own, for tests. */

import { createSecretKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createJournal } from '../../src/journal/journal-file.ts'
import { HEADER_LENGTH, type JournalKey, recordLength } from '../../src/journal/journal-format.ts'
import { journalKeyOf } from '../../src/journal/state-key.ts'

export const KEY: JournalKey = journalKeyOf(createSecretKey(new Uint8Array(32).fill(7)))
export const OTHER_KEY: JournalKey = journalKeyOf(createSecretKey(new Uint8Array(32).fill(8)))

/** Gives paths in a folder that goes when the tests of the file have run. */
export function scratchFolder(): (name: string) => Promise<string> {
  const folder = mkdtemp(join(tmpdir(), 'pocket-hsm-journal-'))
  afterAll(async () => rm(await folder, { recursive: true, force: true }))
  return async (name) => join(await folder, name)
}

/** Bytes of which none is zero, as ciphertext has no run of zeros. */
export function bytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 1 + ((index * 31 + seed * 97) % 255))
}

/** Makes a journal with a record for each payload. */
export async function makeJournal(path: string, payloads: readonly Uint8Array[]): Promise<void> {
  const file = await createJournal(KEY, path)
  for (const payload of payloads) await file.append([payload])
  await file.moveTo(path)
  await file.close()
}

/** Where each record of a journal begins, and where the last one ends. */
export function bounds(payloads: readonly Uint8Array[]): readonly number[] {
  const ends = [HEADER_LENGTH]
  for (const { length } of payloads) ends.push((ends.at(-1) ?? 0) + recordLength(length))
  return ends
}
