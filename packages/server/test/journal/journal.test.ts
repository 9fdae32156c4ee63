import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Entry, fromPayload } from '../../src/journal/entries.ts'
import { type JournalSource, readEntries, startJournal } from '../../src/journal/journal.ts'
import type { JournalFile } from '../../src/journal/journal-file.ts'
import { bytes, KEY, scratchFolder } from './scratch.ts'

const place = scratchFolder()

const text = ({ bytes }: Entry) => Buffer.from(bytes).toString()

/** A source of words: what it holds is the sentence of them all. */
function wordSource(first: readonly string[] = []) {
  let words = [...first]
  let collected = words.length
  let collections = 0
  const entry = (kind: Entry['kind'], of: readonly string[]): Entry => ({
    kind,
    name: 'words',
    bytes: Buffer.from(of.join(' ')),
  })
  const source: JournalSource = {
    collect: () => {
      collections += 1
      const fresh = words.slice(collected)
      collected = words.length
      return fresh.length === 0 ? [] : [entry('changes', fresh)]
    },
    takeSnapshot: () => {
      const before = words.slice(0, collected)
      return {
        all: async () => [entry('state', before)],
        since: () =>
          collected === before.length
            ? []
            : [entry('changes', words.slice(before.length, collected))],
      }
    },
  }
  return {
    source,
    say: (...more: readonly string[]) => {
      words = [...words, ...more]
    },
    words: () => words,
    collections: () => collections,
  }
}

/** The words of a journal on disk. */
async function wordsIn(path: string): Promise<readonly string[]> {
  const { entries, file } = await readEntries({ path, key: KEY, warn: () => {} })
  await file?.close()
  return entries.flatMap((entry) => text(entry).split(' ').filter(Boolean))
}

/** A file that writes when `next` is called, and remembers what. */
function slowFile(lengthOfEach = 1000) {
  const written: string[] = []
  const waiting: ((error?: Error) => void)[] = []
  const file: JournalFile = {
    length: () => written.length * lengthOfEach,
    firstLength: () => 0,
    append: (payload) =>
      new Promise((resolve, reject) => {
        const words = fromPayload(Buffer.concat(payload)).map(text).join('; ')
        waiting.push((error) => {
          if (error !== undefined) return reject(error)
          written.push(words)
          resolve()
        })
      }),
    moveTo: async () => {},
    close: async () => {},
    remove: async () => {},
  }
  const next = async (error?: Error) => {
    while (waiting.length === 0) await new Promise(setImmediate)
    waiting.shift()?.(error)
  }
  return { file, written, next, waiting }
}

const SETTINGS = { path: 'nowhere', key: KEY, warn: () => {} }

describe('a journal', () => {
  it('has all that the source holds as soon as it has started', async () => {
    const path = await place('first')
    const journal = await startJournal({ ...SETTINGS, path }, wordSource(['as', 'found']).source)
    expect(await wordsIn(path)).toEqual(['as', 'found'])
    await journal.close()
  })

  it('has on disk what was there when flush was called', async () => {
    const path = await place('flushed')
    const { source, say } = wordSource()
    const journal = await startJournal({ ...SETTINGS, path }, source)
    for (const word of ['one', 'two', 'three']) {
      say(word)
      await journal.flush()
      expect((await wordsIn(path)).at(-1)).toBe(word)
    }
    await journal.close()
  })

  it('writes what is left on close', async () => {
    const path = await place('closed')
    const { source, say } = wordSource()
    const journal = await startJournal({ ...SETTINGS, path }, source)
    say('late')
    await journal.close()
    expect(await wordsIn(path)).toEqual(['late'])
  })

  it('goes on where an earlier one ended', async () => {
    const path = await place('resumed')
    const before = wordSource()
    const first = await startJournal({ ...SETTINGS, path }, before.source)
    before.say('before')
    await first.close()
    const { entries, file } = await readEntries({ ...SETTINGS, path })
    expect(entries.map(({ kind }) => kind)).toEqual(['state', 'changes'])
    const after = wordSource(['before'])
    const second = await startJournal({ ...SETTINGS, path }, after.source, file)
    after.say('after')
    await second.close()
    expect(await wordsIn(path)).toEqual(['before', 'after'])
  })
})

describe('flush', () => {
  it('writes nothing where nothing has changed', async () => {
    const { file, waiting } = slowFile()
    const journal = await startJournal(SETTINGS, wordSource().source, file)
    await journal.flush()
    expect(waiting).toEqual([])
  })

  it('shares the next write between all who come while one is under way', async () => {
    const { file, written, next } = slowFile()
    const { source, say } = wordSource()
    const journal = await startJournal(SETTINGS, source, file)
    say('first')
    const flushes = [journal.flush()]
    await new Promise(setImmediate)
    for (const word of ['a', 'b', 'c']) {
      say(word)
      flushes.push(journal.flush())
    }
    await next()
    await next()
    await Promise.all(flushes)
    expect(written).toEqual(['first', 'a b c'])
  })

  it('lets who changed nothing wait for what others did before', async () => {
    const { file, next } = slowFile()
    const { source, say } = wordSource()
    const journal = await startJournal(SETTINGS, source, file)
    say('unsaved')
    const write = journal.flush()
    await new Promise(setImmediate)
    let isAnswered = false
    const read = journal.flush().then(() => {
      isAnswered = true
    })
    await new Promise(setImmediate)
    expect(isAnswered).toBe(false)
    await next()
    await Promise.all([write, read])
    expect(isAnswered).toBe(true)
  })

  it('rejects for all who waited for a write that failed, and for good', async () => {
    const { file, next, waiting } = slowFile()
    const { source, say } = wordSource()
    const journal = await startJournal(SETTINGS, source, file)
    say('lost')
    const one = expect(journal.flush()).rejects.toThrow(/no space left.*Start the server again/)
    await new Promise(setImmediate)
    const other = expect(journal.flush()).rejects.toMatchObject({ code: 'BadState' })
    await next(new Error('ENOSPC: no space left on device'))
    await Promise.all([one, other])
    await expect(journal.flush()).rejects.toThrow(/no space left/)
    await expect(journal.close()).rejects.toThrow(/no space left/)
    expect(waiting).toEqual([])
  })
})

describe('a journal that has grown', () => {
  it('is rewritten while it is in use, and loses nothing', async () => {
    const path = await place('grown')
    const { source, say, words } = wordSource()
    const settings = { ...SETTINGS, path, smallest: 4000 }
    const journal = await startJournal(settings, source)
    for (let round = 0; round < 100; round += 1) {
      say(`${round}`.padEnd(50, '.'))
      await journal.flush()
    }
    expect(await wordsIn(path)).toEqual(words())
    await journal.close()
    const { entries, file } = await readEntries(settings)
    expect(entries.length).toBeLessThan(90)
    expect(file?.length()).toBeLessThan(30_000)
    await file?.close()
  })

  it('keeps growing with a warning if it cannot be rewritten', async () => {
    const warnings: string[] = []
    const path = await place('no-such-folder/journal')
    const { file, next } = slowFile(2000)
    const { source, say } = wordSource()
    const warn = (message: string) => warnings.push(message)
    const journal = await startJournal({ ...SETTINGS, path, warn, smallest: 1000 }, source, file)
    say('one')
    const flushed = journal.flush()
    await next()
    await flushed
    await journal.close()
    expect(warnings).toEqual([expect.stringMatching(/could not be rewritten.*ENOENT/)])
  })
})

describe('a new journal', () => {
  it('follows no link that waits under its old temporary name', async () => {
    const path = await place('linked')
    const victim = await place('victim')
    await writeFile(victim, 'mine')
    await symlink(victim, `${path}.new`)
    await (await startJournal({ ...SETTINGS, path }, wordSource(['a']).source)).close()
    expect(await readFile(victim, 'utf8')).toBe('mine')
    expect(await wordsIn(path)).toEqual(['a'])
  })
})

describe('opening', () => {
  it('finds nothing without a file', async () => {
    const settings = { ...SETTINGS, path: await place('none') }
    expect(await readEntries(settings)).toEqual({ entries: [], file: undefined })
  })

  it('removes the file of an interrupted rewriting, and no other', async () => {
    const path = await place('interrupted')
    const { source } = wordSource(['whole'])
    await (await startJournal({ ...SETTINGS, path }, source)).close()
    const { createJournal } = await import('../../src/journal/journal-file.ts')
    await (await createJournal(KEY, path)).close()
    await writeFile(`${path}.own.new`, 'mine')
    const beside = async () =>
      (await readdir(dirname(path))).filter((name) => name.startsWith('interrupted'))
    expect(await beside()).toHaveLength(3)
    expect(await wordsIn(path)).toEqual(['whole'])
    expect((await beside()).sort()).toEqual(['interrupted', 'interrupted.own.new'])
  })

  it('cuts off an incomplete record, warns once, and appends there', async () => {
    const path = await place('cut')
    const { source, say } = wordSource()
    const journal = await startJournal({ ...SETTINGS, path }, source)
    say('whole')
    await journal.flush()
    say('torn')
    await journal.close()
    const { open } = await import('node:fs/promises')
    const handle = await open(path, 'r+')
    const { size } = await handle.stat()
    const whole = await readEntries({ ...SETTINGS, path })
    await handle.write(new Uint8Array(4), 0, 4, (whole.file?.length() ?? 0) - 4)
    await whole.file?.close()
    await handle.close()
    const warnings: string[] = []
    const settings = { ...SETTINGS, path, warn: (message: string) => warnings.push(message) }
    const { entries, file } = await readEntries(settings)
    expect(entries.map(text)).toEqual(['', 'whole'])
    expect(warnings).toHaveLength(1)
    const after = wordSource(['whole'])
    const resumed = await startJournal(settings, after.source, file)
    after.say('mended')
    await resumed.close()
    expect(await wordsIn(path)).toEqual(['whole', 'mended'])
    expect(size % 16_384).toBe(0)
  })

  it('leaves a refused file unchanged', async () => {
    const path = await place('refused')
    await (await startJournal({ ...SETTINGS, path }, wordSource(['kept']).source)).close()
    const damaged = await readFile(path)
    damaged[100] = (damaged[100] ?? 0) ^ 1
    await writeFile(path, damaged)
    await expect(readEntries({ ...SETTINGS, path })).rejects.toThrow(/the file is unchanged/)
    expect((await readFile(path)).equals(damaged)).toBe(true)
  })
})

describe('a record of many mebibytes', () => {
  it('is written in slices and read back', async () => {
    const path = await place('large')
    const large = bytes(3_500_000)
    const source: JournalSource = {
      collect: () => [],
      takeSnapshot: () => ({
        all: async () => [{ kind: 'state', name: 'large', bytes: large }],
        since: () => [],
      }),
    }
    await (await startJournal({ ...SETTINGS, path }, source)).close()
    const { entries, file } = await readEntries({ ...SETTINGS, path })
    await file?.close()
    expect(entries.map((entry) => Buffer.from(large).equals(entry.bytes))).toEqual([true])
  })
})
