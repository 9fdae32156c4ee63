/** What the audit trail keeps of hostile calls: a few bytes each, never the texts that they came in. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  getKey,
  type Hsm,
  readAudit,
  sign,
  viewHsm,
} from '../../src/index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const CALLS = 100
const MEBIBYTE = 1 << 20

/** A flat text of a mebibyte, like one that was parsed from a request. */
const longText = (start: string, i: number): string =>
  JSON.parse(JSON.stringify(`${start}${String(i).padStart(20, '0')}${'x'.repeat(MEBIBYTE)}`))

/** Bytes of heap that stay after the calls, per call. */
function keptPerCall(call: (hsm: Hsm, i: number) => unknown): number {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC' })
  const run = (count: number) => {
    for (let i = 0; i < count; i++) {
      try {
        call(hsm, i)
      } catch {}
    }
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = run(1)
  const after = run(CALLS)
  expect(readAudit(hsm).entries.length).toBeGreaterThan(CALLS)
  return (after - before) / CALLS
}

describe('the audit trail keeps little of', () => {
  it.each<readonly [string, (hsm: Hsm, i: number) => unknown]>([
    [
      'an algorithm of a mebibyte',
      (hsm, i) => sign(hsm, 'orders', { alg: longText('', i), value: new Uint8Array(32) }),
    ],
    ['a version of a mebibyte', (hsm, i) => getKey(hsm, longText('orders/', i))],
    ['a name cut from a longer text', (hsm, i) => getKey(hsm, longText('', i).slice(0, 100))],
    ['a name that is no name', (hsm, i) => getKey(hsm, longText('_', i))],
    [
      'a caller of a mebibyte',
      (hsm, i) => getKey(viewHsm(hsm, { caller: longText('', i) }), 'orders'),
    ],
    [
      'a caller cut from a longer text',
      (hsm, i) => getKey(viewHsm(hsm, { caller: longText('', i).slice(0, 200) }), 'orders'),
    ],
  ])('%s', (_, call) => {
    expect(keptPerCall(call)).toBeLessThan(8192)
  })
})
