// What the tour prints: a line a step, for people or for machines.

import { clearLine, cursorTo } from 'node:readline'
import { styleText } from 'node:util'

const TITLE_WIDTH = 58

/**
 * Readable lines. On a terminal the step under way stands in the last line until its result replaces it:
 * making an RSA key takes a moment, in which nothing else can run.
 *
 * @param {NodeJS.WriteStream} stream
 */
export function textReport(stream) {
  const style = (format, text) => styleText(format, text, { stream })
  const print = (line) => stream.write(`${line}\n`)
  const canErase = stream.isTTY && process.env.TERM !== 'dumb'
  print(style('dim', 'What the HSM does, how long that takes, and who checks the result.'))
  return {
    chapter({ title }) {
      print(`\n${style('bold', title)}`)
    },
    begins(title) {
      if (canErase) stream.write(`  … ${title}`.slice(0, (stream.columns || 80) - 1))
    },
    ended({ step, shows, ok, milliseconds, verifier, error }) {
      if (canErase) {
        cursorTo(stream, 0)
        clearLine(stream, 0)
      }
      const title = shows === undefined ? step : `${step}: ${shows}`
      const sign = ok ? style('green', '✓') : style('red', '✗')
      const time = timeText(milliseconds).padStart(7)
      print(`  ${sign} ${title.padEnd(TITLE_WIDTH)}${style('dim', `${time}  ${verifier}`)}`)
      if (!ok) print(style('red', indented(error)))
    },
    summary({ steps, failed, milliseconds, node, openssl }) {
      const count =
        failed === 0 ? `${steps} steps, every check held` : `${failed} of ${steps} FAILED`
      const seconds = `${(milliseconds / 1000).toFixed(1)} s`
      const verdict = style(failed === 0 ? 'green' : 'red', count)
      print(`\n${verdict} in ${seconds}, on Node ${node}, whose node:crypto is OpenSSL ${openssl}`)
    },
  }
}

/**
 * One JSON object a line, and nothing else.
 *
 * @param {{ write(text: string): unknown }} stream
 */
export function jsonReport(stream) {
  const print = (value) => stream.write(`${JSON.stringify(value)}\n`)
  return {
    chapter() {},
    begins() {},
    ended: print,
    summary: (summary) => print({ summary }),
  }
}

const timeText = (milliseconds) =>
  milliseconds < 0.1 ? '<0.1 ms' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`

const indented = (text) => text.replace(/^/gm, '      ')
