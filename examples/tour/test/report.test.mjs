// What a terminal is sent, and what a run counts.

import { Writable } from 'node:stream'
import { WriteStream } from 'node:tty'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { textReport } from '../report.mjs'
import { runTour } from '../run-tour.mjs'

/** A stream that says it is a terminal of 40 columns, and keeps what it is sent. */
function terminal() {
  const stream = new Writable({
    write(chunk, _, done) {
      stream.text += chunk
      done()
    },
  })
  const { getColorDepth } = WriteStream.prototype
  return Object.assign(stream, { text: '', isTTY: true, columns: 40, getColorDepth })
}

const step = { title: 'makes a key', run: () => 3072, verifier: 'node:crypto', check() {} }
const chapterOf = (...steps) => ({ name: 'one', title: 'One', run: (run) => steps.forEach(run) })

beforeEach(() => {
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('TERM', 'xterm-256color')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('a terminal', () => {
  it('shows the step under way while nothing else can run', () => {
    const stream = terminal()
    let during
    const run = () => {
      during = stream.text
    }
    runTour([chapterOf({ ...step, run })], textReport(stream))
    expect(during.endsWith('  … makes a key')).toBe(true)
  })

  it('has the step under way replaced by its result', () => {
    const stream = terminal()
    runTour([chapterOf(step)], textReport(stream))
    expect(stream.text).toContain(
      '… makes a key\u001b[1G\u001b[2K  \u001b[32m✓\u001b[39m makes a key ',
    )
  })

  it('is never sent a step under way that would wrap, and so stay', () => {
    const stream = terminal()
    runTour([chapterOf({ ...step, title: 'k'.repeat(100) })], textReport(stream))
    expect(/ {2}… k+/.exec(stream.text)?.[0].length).toBe(39)
  })

  it('is sent no colours under NO_COLOR', () => {
    vi.stubEnv('NO_COLOR', '1')
    const stream = terminal()
    runTour([chapterOf(step)], textReport(stream))
    const text = stream.text.replaceAll('\u001b[1G\u001b[2K', '')
    expect(text).not.toContain('\u001b')
    expect(text).toContain('✓ makes a key')
  })

  it('is sent nothing to move the cursor with when it cannot', () => {
    vi.stubEnv('TERM', 'dumb')
    const stream = terminal()
    runTour([chapterOf(step)], textReport(stream))
    expect(stream.text).not.toContain('\u001b')
  })
})

describe('a run', () => {
  const counts = (...chapters) => runTour(chapters, textReport(terminal()))

  it('times what the HSM does and not what checks it', () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const wait = () => {
      now += 300
    }
    const ended = vi.fn()
    const report = { chapter() {}, begins() {}, summary() {}, ended }
    runTour([chapterOf({ ...step, check: wait }, { ...step, run: wait })], report)
    const [checked, done] = ended.mock.calls.map(([{ milliseconds }]) => milliseconds)
    expect([checked, done]).toEqual([0, 300])
  })

  it('counts a chapter that breaks between two steps as failed', () => {
    const broken = { name: 'two', title: 'Two', run: () => JSON.parse('{') }
    expect(counts(chapterOf(step), broken)).toMatchObject({ steps: 2, passed: 1, failed: 1 })
  })

  it('goes no further in a chapter whose check failed', () => {
    const wrong = () => {
      throw new Error('wrong')
    }
    const chapter = chapterOf({ ...step, check: wrong }, step)
    expect(counts(chapter)).toMatchObject({ steps: 1, passed: 0, failed: 1 })
  })
})
