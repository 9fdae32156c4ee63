import type { AuditEntry } from '@pocket-hsm/rest'
import { describe, expect, it } from 'vitest'
import { recordOnceStored } from '../../src/audit-log/record-once-stored.ts'
import { withJournal } from '../../src/journal/with-journal.ts'

const entryOf = (name: string) => ({ name, status: 200 }) as AuditEntry

/** A journal whose disk a test decides on. */
function controlledJournal() {
  const waiting: { readonly done: () => void; readonly fail: (error: Error) => void }[] = []
  return {
    flush: () =>
      new Promise<void>((done, fail) => {
        waiting.push({ done, fail })
      }),
    next: () => waiting.shift(),
    stats: () => ({ writes: 0, bytes: 0 }),
    close: async () => {},
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a record of the audit log', () => {
  it('is made after the change is on disk, and before the response', async () => {
    const steps: string[] = []
    const journal = controlledJournal()
    const record = recordOnceStored(({ name }) => steps.push(`record of ${name}`), journal.flush)
    const respond = withJournal(
      async () => {
        steps.push('change')
        record(entryOf('orders'))
        return new Response()
      },
      journal,
      () => {},
    )
    const response = respond(new Request('http://hsm'), '127.0.0.1').then(() => {
      steps.push('response')
    })
    await settled()
    expect(steps).toEqual(['change'])
    steps.push('disk')
    journal.next()?.done()
    journal.next()?.done()
    await response
    expect(steps).toEqual(['change', 'disk', 'record of orders', 'response'])
  })

  it('has the status of the response if the change could not be written', async () => {
    const records: AuditEntry[] = []
    const journal = controlledJournal()
    const record = recordOnceStored((entry) => records.push(entry), journal.flush)
    record(entryOf('orders'))
    journal.next()?.fail(new Error('ENOSPC'))
    await settled()
    expect(records).toEqual([{ name: 'orders', status: 500, code: 'InternalServerError' }])
  })

  it('is made at once where nothing is kept on disk', () => {
    const records: AuditEntry[] = []
    recordOnceStored(
      (entry) => records.push(entry),
      () => undefined,
    )(entryOf('orders'))
    expect(records).toHaveLength(1)
  })
})
