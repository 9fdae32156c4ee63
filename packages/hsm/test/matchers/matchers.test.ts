/** The matchers under vitest and under jest: what they let pass, and what their failures say. */

import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createKey, type Hsm, sign, wrapKey } from '../../src/index.ts'
import { type HsmMatchers, hsmMatchers } from '../../src/matchers/vitest.ts'
import { testHsm } from '../test-hsm.ts'

expect.extend(hsmMatchers)

// Inside the workspace the package is built against a stand-in for vitest; the examples compile as a reader's code does.
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: a merged interface has the parameters of the first
  interface Matchers<T = any> extends HsmMatchers<T> {}
}

const DIGEST = new Uint8Array(32)

function history(auditLimit = 100): Hsm {
  const { hsm } = testHsm({ auditLimit })
  createKey(hsm, 'kek', { kty: 'oct', keyOps: ['wrapKey', 'sign'] })
  wrapKey(hsm, 'kek', { alg: 'A256KW', value: DIGEST })
  return hsm
}

function failureOf(assertion: () => void): string {
  try {
    assertion()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('The assertion was expected to fail.')
}

describe('under vitest', () => {
  it('pass where it is so, with .not where it is not', () => {
    expect(history()).toHaveCalled({ operation: 'wrapKey', key: 'kek' })
    expect(history()).toHaveCalled({ operation: 'wrapKey' }, 1)
    expect(history()).not.toHaveCalled({ operation: 'sign' })
    expect(history()).toHaveUsedOnlyFor('kek', ['wrapKey'])
    expect(history()).not.toHaveUsedOnlyFor('kek', ['sign'])
  })

  it('fail with the sentence and the calls in question', () => {
    const hsm = history()
    sign(hsm, 'kek', { alg: 'HS256', value: DIGEST })
    expect(failureOf(() => expect(hsm).toHaveUsedOnlyFor('kek', ['wrapKey']))).toMatch(
      /^Expected key "kek" to be used only for wrapKey, but it was also used once for something else:\n {2}2023-11-14T22:13:20\.000Z {2}sign {2}kek\/[0-9a-f]{8} {2}HS256 {2}- {2}success$/,
    )
    expect(failureOf(() => expect(hsm).not.toHaveCalled({ operation: 'sign' }))).toMatch(
      /^Expected sign not to be called, but it was called once:\n/,
    )
    expect(failureOf(() => expect(hsm).not.toHaveUsedOnlyFor('kek', ['wrapKey', 'sign']))).toMatch(
      /^Expected key "kek" to be used not only for wrapKey and sign, but it was used 2 times:\n/,
    )
    expect(failureOf(() => expect(hsm).toHaveCalled({ operation: 'verify' }))).toMatch(
      /^Expected verify to be called, but it was never called\./,
    )
  })

  it('fail either way where the trail has lost what it would take to know', () => {
    const lost = /the audit trail cannot tell: it has dropped 2 of its entries/
    expect(failureOf(() => expect(history(0)).toHaveCalled({ operation: 'sign' }))).toMatch(lost)
    expect(failureOf(() => expect(history(0)).not.toHaveCalled({ operation: 'sign' }))).toMatch(
      lost,
    )
    expect(failureOf(() => expect(history(0)).toHaveUsedOnlyFor('kek', ['sign']))).toMatch(lost)
    expect(failureOf(() => expect(history(0)).not.toHaveUsedOnlyFor('kek', ['sign']))).toMatch(lost)
  })
})

describe('under jest', () => {
  it('pass where it is so, and fail with the sentence', () => {
    const require = createRequire(import.meta.url)
    const jest = join(dirname(require.resolve('jest/package.json')), 'bin/jest.js')
    const config = join(import.meta.dirname, 'jest/jest.config.json')
    const args = ['--experimental-vm-modules', '--no-warnings', jest, '--config', config, '--ci']
    // The process ends with 0 where every test of the small project passes; each failing form is caught and compared there.
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
    const output = execFileSync(process.execPath, [...args, '--json', '--silent'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    expect(JSON.parse(output.toString())).toMatchObject({
      numPassedTests: 4,
      numFailedTests: 0,
      success: true,
    })
  })
})
