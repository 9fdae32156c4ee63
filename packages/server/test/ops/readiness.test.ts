import { describe, expect, it } from 'vitest'
import { createReadiness } from '../../src/ops/readiness.ts'

describe('readiness', () => {
  it('is missing while the server starts', async () => {
    expect(await createReadiness().report()).toEqual({
      isReady: false,
      checks: { server: 'starting' },
    })
  })

  it('is there once every check is ok', async () => {
    const readiness = createReadiness()
    readiness.set('server', () => undefined)
    readiness.set('database', async () => undefined)
    expect(await readiness.report()).toEqual({
      isReady: true,
      checks: { server: 'ok', database: 'ok' },
    })
  })

  it.each<[string, () => string | Promise<undefined>, string]>([
    ['says no', () => 'no connection', 'no connection'],
    [
      'throws',
      () => {
        throw new Error('password hunter2 is wrong')
      },
      'the check has failed',
    ],
    ['rejects', () => Promise.reject(new Error('hunter2')), 'the check has failed'],
    ['never ends', () => new Promise(() => {}), 'no result within 20 ms'],
  ])('is missing if a check %s, and the others are still reported', async (_, check, text) => {
    const readiness = createReadiness(20)
    readiness.set('server', () => undefined)
    readiness.set('database', check)
    expect(await readiness.report()).toEqual({
      isReady: false,
      checks: { server: 'ok', database: text },
    })
  })
})
