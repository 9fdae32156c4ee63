/** Command lines as they are typed, run in this process. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { runHere } from './run-command.ts'

/** How a line ended. */
export interface Line {
  readonly exit: number | null
  readonly out: string
  readonly err: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
  readonly json: any
}

/** Runs a line in place of the shell; `values` are the variables that it may name. */
export async function runLine(
  line: string,
  values: Readonly<Record<string, string>> = {},
): Promise<Line> {
  const [, ...words] = wordsOf(line, values)
  const { code, stdout, stderr } = await runHere(words)
  return { exit: code, out: stdout, err: stderr, json: parsed(stdout) }
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
