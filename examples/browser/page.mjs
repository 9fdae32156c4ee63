// The session twice: here in the page, then in a module worker. What each found stands in `window.outcomes`.

import { runSession } from './session/run-session.mjs'

globalThis.outcomes = { page: [], worker: [], ended: false }

/** A worker inherits no import map: it is told the page's. */
const importMap = JSON.parse(document.querySelector('script[type=importmap]').textContent)

function show(where, { chapter, step, ok, milliseconds, verifier, error }) {
  const row = document.createElement('tr')
  for (const text of [
    ok ? '✓' : '✗',
    chapter,
    step,
    `${milliseconds.toFixed(1)} ms`,
    error ?? verifier,
  ])
    row.insertCell().textContent = text
  document.querySelector(`#${where}`).append(row)
}

function ended(where, outcome) {
  globalThis.outcomes[where].push(outcome)
  show(where, outcome)
}

function runInWorker() {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message ?? 'The worker did not start.'))
    worker.onmessage = ({ data }) => ('step' in data ? ended('worker', data) : resolve(data))
    worker.postMessage(importMap)
  })
}

await runSession((outcome) => ended('page', outcome))
const { fault } = await runInWorker()
globalThis.outcomes = { ...globalThis.outcomes, ended: true, ...(fault && { fault }) }
