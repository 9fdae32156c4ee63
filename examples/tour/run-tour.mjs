// Runs the chapters and counts. A chapter ends at its first failed check; the next one begins all the same.

import { performance } from 'node:perf_hooks'

/**
 * A step of a chapter.
 *
 * @template Result
 * @typedef {object} Step
 * @property {string} title What the HSM does.
 * @property {() => Result} run Does it. This, and nothing else, is timed.
 * @property {(result: Result) => string} [shows] What of the result is worth showing.
 * @property {string} verifier Who checks the result.
 * @property {(result: Result) => void} check Throws unless the result is right.
 */

/**
 * @param {readonly { name: string, title: string, run: (step: Function) => void }[]} chapters
 * @param {{ chapter: Function, begins: Function, ended: Function, summary: Function }} report
 * @returns {{ steps: number, passed: number, failed: number, milliseconds: number }}
 */
export function runTour(chapters, report) {
  const begun = performance.now()
  const outcomes = chapters.flatMap((chapter) => runChapter(chapter, report))
  const passed = outcomes.filter(({ ok }) => ok).length
  const summary = {
    steps: outcomes.length,
    passed,
    failed: outcomes.length - passed,
    milliseconds: since(begun),
    node: process.versions.node,
    openssl: process.versions.openssl,
  }
  report.summary(summary)
  return summary
}

function runChapter(chapter, report) {
  const outcomes = []
  const end = (outcome) => {
    outcomes.push(outcome)
    report.ended({ chapter: chapter.name, ...outcome })
  }
  report.chapter(chapter)
  try {
    chapter.run((step) => runStep(step, report, end))
  } catch (error) {
    // What goes wrong between two steps must not pass for a chapter that ended well.
    if (outcomes.every(({ ok }) => ok)) end(failure(chapter.title, 'nobody', 0, error))
  }
  return outcomes
}

/** Runs one step: its result is what the steps after it work with. */
function runStep({ title, run, shows, verifier, check }, report, end) {
  report.begins(title)
  const begun = performance.now()
  let milliseconds
  try {
    const result = run()
    milliseconds = since(begun)
    check(result)
    end({ step: title, ...(shows && { shows: shows(result) }), ok: true, milliseconds, verifier })
    return result
  } catch (error) {
    end(failure(title, verifier, milliseconds ?? since(begun), error))
    throw error
  }
}

const failure = (step, verifier, milliseconds, error) => ({
  step,
  ok: false,
  milliseconds,
  verifier,
  error: error instanceof Error ? error.message : String(error),
})

/** Milliseconds, to a tenth. */
const since = (begun) => Math.round((performance.now() - begun) * 10) / 10
