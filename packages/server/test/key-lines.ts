/** Command lines of `pocket-hsm key`, run in this process as they are typed. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { vi } from 'vitest'
import { run } from '../src/command/run.ts'

/** How a line ended. */
export interface Ended {
  readonly exit: number
  readonly out: string
  readonly err: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
  readonly json: any
}

/** Runs a line in place of the shell; `values` are the variables that it may name. */
export async function runLine(
  line: string,
  values: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [, ...words] = wordsOf(line, values)
  const written = { out: '', err: '' }
  const keep = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    written[stream] += String(text)
    return true
  }
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'))
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'))
  try {
    const exit = await run(words)
    return { ...written, exit, json: parsed(written.out) }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g

const QUOTED = /'([^']*)'|"([^"]*)"/g

/** As a shell splits a line, as far as the examples need it. */
function wordsOf(line: string, values: Readonly<Record<string, string>>): readonly string[] {
  return (line.match(WORD) ?? []).map((word) =>
    word
      .replace(QUOTED, (_all, single, double) => single ?? double)
      .replace(/\$\(openssl dgst -sha256 -binary (\S+) \| base64\)/g, (_all, file) =>
        createHash('sha256').update(readFileSync(file)).digest('base64'),
      )
      .replace(/\$([A-Z]+)/g, (_all, name) => {
        const value = values[name]
        if (value === undefined) throw new Error(`nothing set ${name}`)
        return value
      }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
