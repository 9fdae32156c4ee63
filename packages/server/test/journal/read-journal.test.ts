import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { HEADER_LENGTH } from '../../src/journal/journal-format.ts'
import { readJournal } from '../../src/journal/read-journal.ts'
import { bounds, bytes, KEY, makeJournal, OTHER_KEY, scratchFolder } from './scratch.ts'

const place = scratchFolder()

const PAYLOADS = [bytes(40, 1), bytes(1, 2), bytes(600, 3)]

/** Where each record begins, and where the last one ends. */
const BOUNDS = bounds(PAYLOADS)
const [, , LAST = 0, END = 0] = BOUNDS

async function journal(payloads: readonly Uint8Array[] = PAYLOADS): Promise<Buffer> {
  const path = await place('journal')
  await makeJournal(path, payloads)
  return readFile(path)
}

/** How many records are read, and what is warned of; or the refusal. */
function read(
  file: Buffer,
  key = KEY,
): { readonly records: number; readonly warning: string } | string {
  try {
    const { payloads, warning = '' } = readJournal(key, file, 'state.journal')
    expect(payloads.map((payload) => new Uint8Array(payload))).toEqual(
      PAYLOADS.slice(0, payloads.length),
    )
    return { records: payloads.length, warning }
  } catch (error) {
    return (error as Error).message
  }
}

function flipped(file: Buffer, at: number, bit = 0): Buffer {
  const copy = Buffer.from(file)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy
}

function zeroed(file: Buffer, from: number, to: number): Buffer {
  return Buffer.from(file).fill(0, from, to)
}

describe('a whole journal', () => {
  it('gives back every payload, and warns of nothing', async () => {
    expect(read(await journal())).toEqual({ records: 3, warning: '' })
  })

  it('begins with its name in readable letters', async () => {
    expect((await journal()).toString('latin1', 0, 16)).toBe('pocket-hsm state')
  })

  it('reports where its first and its last record end', async () => {
    const { end, firstEnd } = readJournal(KEY, await journal(), 'state.journal')
    expect([firstEnd, end]).toEqual([BOUNDS[1], END])
  })
})

describe('a file that was cut off', () => {
  it('inside the header is refused', async () => {
    const file = await journal()
    for (let length = 0; length < HEADER_LENGTH; length += 1) {
      expect(read(file.subarray(0, length))).toMatch(/refused: it(s header ends| is not a journal)/)
    }
  })

  it('inside the first record is refused: the file got its name with that record in it', async () => {
    const file = await journal()
    for (let length = HEADER_LENGTH; length < (BOUNDS[1] ?? 0); length += 1) {
      expect(read(file.subarray(0, length))).toMatch(/offset 72 .*without its first record/)
    }
  })

  it('inside a later record loses that record and warns', async () => {
    const file = await journal()
    for (const [index, start] of BOUNDS.slice(1, -1).entries()) {
      const next = BOUNDS[index + 2] ?? 0
      for (let length = start + 1; length < next; length += 1) {
        const warning = expect.stringContaining(`${length - start} bytes from offset ${start} on`)
        expect(read(file.subarray(0, length))).toEqual({ records: index + 1, warning })
      }
    }
  })

  it('between two records loses the later ones and warns that it may have', async () => {
    const file = await journal()
    for (const [index, start] of BOUNDS.slice(1).entries()) {
      const warning = expect.stringContaining(`ends at offset ${start}, right after a record`)
      expect(read(file.subarray(0, start))).toEqual({ records: index + 1, warning })
    }
  })

  it('in the zeros after the last record has lost nothing', async () => {
    const file = await journal()
    for (const length of [END + 1, END + 7, END + 8, END + 5000, file.length - 1]) {
      expect(read(file.subarray(0, length))).toEqual({ records: 3, warning: '' })
    }
  })
})

describe('a write that was interrupted', () => {
  it('leaves out a record without its end', async () => {
    const file = await journal()
    for (let written = LAST + 1; written < END; written += 1) {
      const warning = expect.stringContaining('ends in an incomplete record')
      expect(read(zeroed(file, written, END))).toEqual({ records: 2, warning })
    }
  })

  it('leaves out a record without one of its sectors', async () => {
    const file = await journal()
    const sectors = [
      [LAST, 512],
      [512, END],
    ] as const
    for (const [from, to] of sectors) {
      const warning = expect.stringContaining('ends in an incomplete record')
      expect(read(zeroed(file, from, to))).toEqual({ records: 2, warning })
    }
  })
})

describe('damage', () => {
  it('of any bit of a record is refused, and the error has the offset of the record', async () => {
    const file = await journal()
    for (const [index, start] of BOUNDS.slice(0, -1).entries()) {
      for (let at = start; at < (BOUNDS[index + 1] ?? 0); at += 1) {
        expect(read(flipped(file, at, at % 8))).toMatch(`record at offset ${start} is damaged`)
      }
    }
  })

  it('of the last record is refused, and the error says how to continue without it', async () => {
    expect(read(flipped(await journal(), END - 1))).toContain(`cut the file to ${LAST} bytes`)
  })

  it('of the header is refused', async () => {
    const file = await journal()
    for (let at = 0; at < HEADER_LENGTH; at += 1) expect(read(flipped(file, at))).toMatch(/refused/)
  })

  it('of the zeros after the last record loses no record, and is a warning', async () => {
    const file = await journal()
    for (const at of [END, END + 3, END + 40, END + 1000, file.length - 1]) {
      expect(read(flipped(file, at))).toEqual({
        records: 3,
        warning: expect.stringContaining('were removed'),
      })
    }
  })

  it('by zeros in the middle is refused, as another record follows', async () => {
    const file = zeroed(await journal(), BOUNDS[1] ?? 0, LAST)
    expect(read(file)).toMatch(`Another record follows at offset ${LAST}`)
  })
})

describe('records', () => {
  it('cannot be left out', async () => {
    const file = await journal()
    const without = Buffer.concat([file.subarray(0, BOUNDS[1]), file.subarray(LAST)])
    expect(read(without)).toMatch(/does not follow/)
  })

  it('cannot be doubled', async () => {
    const file = await journal()
    const twice = Buffer.concat([file.subarray(0, LAST), file.subarray(BOUNDS[1])])
    expect(read(twice)).toMatch(/does not follow/)
  })

  it('cannot be taken from another journal of the same key', async () => {
    const [here, there] = [await journal(), await journal()]
    expect(read(Buffer.concat([here.subarray(0, LAST), there.subarray(LAST)]))).toMatch(
      /does not follow/,
    )
  })
})

describe('what is refused as a whole', () => {
  it('an empty file', () => {
    expect(read(Buffer.alloc(0))).toMatch('is not a journal')
  })

  it('a file of something else', () => {
    expect(read(Buffer.from('{"keys":[]}'.repeat(20)))).toMatch('is not a journal')
  })

  it('a journal of a later format', async () => {
    const file = await journal()
    file.writeUInt32BE(2, 16)
    expect(read(file)).toMatch(
      'its format is version 2, and this version of pocket-hsm reads version 1',
    )
  })

  it('a journal of another key, and both are named', async () => {
    const ids = [KEY, OTHER_KEY].map(({ id }) => Buffer.from(id).toString('hex'))
    expect(read(await journal(), OTHER_KEY)).toMatch(
      `the key ${ids[0]}, and the key given is ${ids[1]}`,
    )
  })
})
