import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJournal } from '../../src/journal/read-journal.ts'
import { runs } from '../runs.ts'
import { bounds, KEY, makeJournal, scratchFolder } from './scratch.ts'

const place = scratchFolder()

/** Ciphertext has no sector of zeros. */
const payload = fc
  .uint8Array({ maxLength: 1500 })
  .map((bytes) => bytes.map((byte) => (byte === 0 ? 1 : byte)))

const payloads = fc.array(payload, { minLength: 1, maxLength: 6 })

async function journal(of: readonly Uint8Array[]): Promise<Buffer> {
  const path = await place('journal')
  await makeJournal(path, of)
  return readFile(path)
}

/** The records that are read, if it is not refused: always the first of those that were written, unharmed. */
function read(file: Buffer, of: readonly Uint8Array[]) {
  try {
    const { payloads: found, warning } = readJournal(KEY, file, 'state.journal')
    expect(found.map((bytes) => new Uint8Array(bytes))).toEqual(of.slice(0, found.length))
    return { lost: of.length - found.length, isWarned: warning !== undefined }
  } catch (error) {
    expect(error).toMatchObject({ code: 'BadState' })
    return 'refused'
  }
}

describe('a journal', () => {
  it('gives back what was written', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (of) => {
        expect(read(await journal(of), of)).toEqual({ lost: 0, isWarned: false })
      }),
      runs(50),
    )
  })

  it('that was cut off anywhere loses exactly the records behind the cut, and never in silence', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.nat(), async (of, at) => {
        const file = await journal(of)
        const ends = bounds(of)
        const end = ends.at(-1) ?? 0
        const length = at % (end + 100)
        const lost = ends.slice(1).filter((bound) => bound > length).length
        expect(read(file.subarray(0, length), of)).toEqual(
          lost === of.length ? 'refused' : { lost, isWarned: length <= end },
        )
      }),
      runs(100),
    )
  })

  it('with a flipped bit anywhere is refused, or has lost nothing', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.nat(), fc.nat(7), async (of, anywhere, bit) => {
        const file = await journal(of)
        const end = bounds(of).at(-1) ?? 0
        const at = anywhere % (end + 100)
        file[at] = (file[at] ?? 0) ^ (1 << bit)
        expect(read(file, of)).toEqual(at < end ? 'refused' : { lost: 0, isWarned: true })
      }),
      runs(100),
    )
  })

  it('with any bytes overwritten is refused, has lost nothing, or says what it has lost', async () => {
    const other = fc.uint8Array({ minLength: 1, maxLength: 700 })
    await fc.assert(
      fc.asyncProperty(payloads, fc.nat(), other, async (of, anywhere, bytes) => {
        const file = await journal(of)
        const at = anywhere % (file.length - bytes.length)
        file.set(bytes, at)
        const outcome = read(file, of)
        expect(outcome === 'refused' || outcome.lost === 0 || outcome.isWarned).toBe(true)
      }),
      runs(100),
    )
  })

  it('is whole after any write that was interrupted, but for the record that was being written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payload, { minLength: 2, maxLength: 6 }),
        fc.nat(),
        async (of, at) => {
          const file = await journal(of)
          const [start = 0, end = 0] = bounds(of).slice(-2)
          const written = start + 1 + (at % (end - start - 1))
          file.fill(0, written)
          expect(read(file, of)).toEqual({ lost: 1, isWarned: true })
        },
      ),
      runs(100),
    )
  })
})
