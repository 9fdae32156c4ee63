import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { createHsm, createKey, listKeys, updateKey } from 'pocket-hsm'
import { beforeAll, describe, expect, it } from 'vitest'
import { END_LENGTH, HEADER_LENGTH } from '../../src/journal/journal-format.ts'
import { openState } from '../../src/journal/server-state.ts'
import { runs } from '../runs.ts'
import { scratchFolder } from './scratch.ts'

const place = scratchFolder()

const WRITES = 12
const KEY = new Uint8Array(32).fill(3)
const SERVER = { clockOffset: 0, isSeeded: false }

/** A state to which twelve writes were made, one after the other; and where each one's record ends. */
let path: string
const ends: number[] = []

beforeAll(async () => {
  path = await place('state')
  const state = await openState({ path, key: KEY, warn: () => {} }, () => ({}))
  const hsm = createHsm({ securityDomain: state.domainOf('default') })
  const journal = await state.store(
    () => [{ name: 'default', hsm: () => hsm }],
    () => SERVER,
  )
  const written = async () => {
    const file = await readFile(path)
    ends.push(file.lastIndexOf('recorded') + 8)
  }
  await written()
  for (let index = 1; index <= WRITES; index += 1) {
    if (index % 3 === 0) updateKey(hsm, `key-${index - 1}`, { tags: { updated: 'yes' } })
    else createKey(hsm, `key-${index}`, { kty: 'oct-HSM' })
    await journal.flush()
    await written()
  }
  await journal.close()
})

/** How many of the writes a state has, and what was warned of; or the refusal. */
async function open(copy: string) {
  const warnings: string[] = []
  const settings = { path: copy, key: KEY, warn: (text: string) => warnings.push(text) }
  try {
    const state = await openState(settings, () => ({}))
    const hsm = state.hsms.get('default') ?? createHsm()
    const keys = listKeys(hsm).value
    const updated = keys.filter(({ tags }) => tags?.['updated'] === 'yes')
    await state.release()
    return { writes: keys.length + updated.length, warnings: warnings.length }
  } catch (error) {
    expect(error).toMatchObject({ code: 'BadState' })
    return 'refused'
  }
}

describe('a state', () => {
  it('has every write in a record of its own', async () => {
    expect(new Set(ends).size).toBe(WRITES + 1)
    expect(await open(path)).toEqual({ writes: WRITES, warnings: 0 })
  })

  it('that was cut off anywhere has exactly the writes before the cut, and a warning', async () => {
    const [, last = 0] = [ends[0], ends.at(-1)]
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: last }), async (length) => {
        const copy = await place('cut')
        await copyFile(path, copy)
        await truncate(copy, length)
        const whole = ends.filter((end) => end <= length).length
        expect(await open(copy)).toEqual(
          whole === 0 ? 'refused' : { writes: whole - 1, warnings: 1 },
        )
        // What was cut off once is not missed again.
        if (whole > 0) expect(await open(copy)).toEqual({ writes: whole - 1, warnings: 0 })
      }),
      runs(150),
    )
  })

  it('with a flipped bit in any record is refused, and is left as it is', async () => {
    const last = ends.at(-1) ?? 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: last - 1 }), fc.nat(7), async (at, bit) => {
        const copy = await place('flipped')
        const bytes = await readFile(path)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        await writeFile(copy, bytes)
        expect(await open(copy)).toBe('refused')
        expect((await readFile(copy)).equals(bytes)).toBe(true)
      }),
      runs(150),
    )
  })

  it('refuses a flipped bit in each byte around the end of every record', async () => {
    for (const end of ends) {
      for (let at = Math.max(HEADER_LENGTH, end - END_LENGTH); at < end; at += 1) {
        const copy = await place('edge')
        const bytes = await readFile(path)
        bytes[at] = (bytes[at] ?? 0) ^ 1
        await writeFile(copy, bytes)
        expect(await open(copy)).toBe('refused')
      }
    }
  })
})
