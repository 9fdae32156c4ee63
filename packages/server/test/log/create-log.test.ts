/** Log lines: their formats, their levels, and where they go. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLog } from '../../src/log/create-log.ts'
import { LOG_LEVELS } from '../../src/log/log-levels.ts'
import { createStderrWriter } from '../../src/log/write-stderr.ts'
import type { LogLevel, RequestLogEntry } from '../../src/options.ts'

const ENTRY: RequestLogEntry = {
  time: Date.UTC(2030, 0, 31, 12),
  level: 'info',
  method: 'POST',
  path: '/keys/orders/sign',
  host: 'contoso.localhost:8443',
  peer: '127.0.0.1',
  status: 200,
  ms: 1.5,
  requestId: '00000000-0000-4000-8000-000000000001',
  operation: 'sign',
  key: 'orders',
  caller: 'alice',
}

const refuse = (text: string): never => {
  throw new Error(`Unexpected warning: ${text}`)
}

async function linesOf(
  format: 'text' | 'json',
  entries: readonly RequestLogEntry[],
  level?: LogLevel,
): Promise<readonly string[]> {
  const lines: string[] = []
  const write = (line: string) => lines.push(line)
  const log = await createLog({ format, write, ...(level && { level }) }, refuse)
  for (const entry of entries) log?.request(entry)
  return lines
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u202a-\u202e\u2066-\u2069]/

describe('a line of text', () => {
  it('has the time, the level, the request, its result, and what is known about it', async () => {
    expect(await linesOf('text', [ENTRY])).toEqual([
      '2030-01-31T12:00:00.000Z info  POST /keys/orders/sign 200 1.5ms operation=sign key=orders caller=alice ' +
        'host=contoso.localhost:8443 peer=127.0.0.1 id=00000000-0000-4000-8000-000000000001\n',
    ])
  })

  it('has a hyphen in place of the status of a response that was never sent', async () => {
    const { status, ...entry } = ENTRY
    expect((await linesOf('text', [entry]))[0]).toContain('/keys/orders/sign - 1.5ms ')
  })

  it('has quotes around a value that could be taken for another member', async () => {
    const [line] = await linesOf('text', [{ ...ENTRY, caller: 'x status=200 key=other' }])
    expect(line).toContain(' caller="x status=200 key=other" host=')
  })
})

describe('a line of JSON', () => {
  it('has every member of the entry, the time in ISO 8601, and a message', async () => {
    const [line = ''] = await linesOf('json', [ENTRY])
    const { time, ...rest } = ENTRY
    expect(JSON.parse(line)).toEqual({ ...rest, time: '2030-01-31T12:00:00.000Z', msg: 'request' })
    expect(line.endsWith('}\n')).toBe(true)
  })

  it('has the name of the level, and nothing about the process', async () => {
    const [line = ''] = await linesOf('json', [{ ...ENTRY, level: 'error' }])
    const json = JSON.parse(line)
    expect(json.level).toBe('error')
    expect(json).not.toHaveProperty('pid')
    expect(json).not.toHaveProperty('hostname')
  })
})

describe.each(['text', 'json'] as const)('whatever a client sends, a line of %s', (format) => {
  it('is one line without control characters', async () => {
    let lines: string[] = []
    const log = await createLog({ format, write: (line) => lines.push(line) }, refuse)
    const texts = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(texts, texts, texts, (path, caller, reason) => {
        lines = []
        log?.request({ ...ENTRY, path, caller, reason })
        expect(lines).toHaveLength(1)
        expect(lines[0]?.slice(0, -1)).not.toMatch(CONTROLS)
        expect(lines[0]?.endsWith('\n')).toBe(true)
      }),
    )
  })
})

it('JSON with escaped control characters reads as what the client sent', async () => {
  const caller = 'a\u001b[31m\u009b\u2028\u202e"\\b'
  const [line = ''] = await linesOf('json', [{ ...ENTRY, caller }])
  expect(JSON.parse(line).caller).toBe(caller)
})

describe('the level', () => {
  it.each<[LogLevel | undefined, readonly LogLevel[]]>([
    [undefined, ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('%s logs %j', async (level, expected) => {
    const entries = LOG_LEVELS.map((each) => ({ ...ENTRY, level: each }))
    const lines = await linesOf('json', entries, level)
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected)
  })
})

describe('a text about the server', () => {
  it.each(['text', 'json'] as const)('is one line of %s', async (format) => {
    const lines: string[] = []
    const log = await createLog({ format, write: (line) => lines.push(line) }, refuse)
    log?.message('warn', 'The disk\nis \u001b[31mfull.')
    log?.message('debug', 'not logged')
    expect(lines).toHaveLength(1)
    expect(lines[0]?.slice(0, -1)).not.toMatch(CONTROLS)
    expect(lines[0]).toContain('warn')
  })
})

describe('a function', () => {
  it('receives every request of every level, and no text', async () => {
    const received: RequestLogEntry[] = []
    const log = await createLog((entry) => received.push(entry), refuse)
    log?.request({ ...ENTRY, level: 'debug' })
    log?.message('error', 'a text')
    expect(received).toEqual([{ ...ENTRY, level: 'debug' }])
  })

  it('that throws gives one warning', async () => {
    const warnings: string[] = []
    const log = await createLog(
      () => {
        throw new Error('no disk')
      },
      (text) => warnings.push(text),
    )
    log?.request(ENTRY)
    log?.request(ENTRY)
    expect(warnings).toEqual(['The function of the option log has thrown: Error: no disk'])
  })
})

it('is absent without the option', async () => {
  expect(await createLog(undefined, refuse)).toBeUndefined()
})

describe('stderr', () => {
  const streamOf = (waiting: { bytes: number }) => {
    const written: string[] = []
    let errors = 0
    return {
      written,
      errors: () => errors,
      stream: {
        write: (line: string) => written.push(line) > 0,
        get writableLength() {
          return waiting.bytes
        },
        listenerCount: () => errors,
        on: () => {
          errors += 1
        },
      } as unknown as NodeJS.WriteStream,
    }
  }

  it.each([
    ['a line\n', /^\S+Z warn {2}2 lines of the log were dropped/],
    [
      '{"level":"info"}\n',
      /^\{"level":"warn","time":"\S+Z","msg":"2 lines of the log were dropped/,
    ],
  ])('drops lines that nobody reads, and says how many before %j', (line, expected) => {
    const waiting = { bytes: 2_000_000 }
    const { stream, written } = streamOf(waiting)
    const write = createStderrWriter(stream)
    write(line)
    write(line)
    expect(written).toEqual([])
    waiting.bytes = 0
    write(line)
    write(line)
    expect(written).toEqual([expect.stringMatching(expected), line, line])
  })

  it('that was closed ends nothing: its errors have one listener', () => {
    const { stream, errors } = streamOf({ bytes: 0 })
    createStderrWriter(stream)
    createStderrWriter(stream)
    expect(errors()).toBe(1)
  })
})
