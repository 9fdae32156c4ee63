/** The fake timers of three test runners, each with its own settings and the SDK as it is. */

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KeyClient } from '@azure/keyvault-keys'
import {
  createHsm,
  createKey,
  getKey,
  listKeyVersions,
  updateKey,
  updateRotationPolicy,
} from 'pocket-hsm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createClientOptions, createCredential } from '../../src/index.ts'

const HERE = join(import.meta.dirname, '..')

/** Runs a file of tests in a process of its own, and returns its output. */
async function say(...args: readonly string[]): Promise<string> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env
  const options = { cwd: join(HERE, '..'), env: { ...env, FORCE_COLOR: '0' } }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options)
  return stdout + stderr
}

describe('fake timers, with the default settings of each runner:', () => {
  it('jest: pollers, RSA keys, years at once, a step back', async () => {
    const jest = join(createRequire(import.meta.url).resolve('jest/package.json'), '../bin/jest.js')
    const config = join(HERE, 'runners/jest.config.json')
    const said = await say('--experimental-vm-modules', jest, '--config', config, '--cache=false')
    expect(said).toContain('Tests:       4 passed, 4 total')
  })

  it('node:test: pollers, RSA keys, years at once, a step back', async () => {
    const file = join(HERE, 'runners/pollers.node-test.mjs')
    const said = await say('--test', '--test-reporter=tap', file)
    expect(said).toContain('# pass 4')
    expect(said).toContain('# fail 0')
  })
})

describe('fake timers of vitest:', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  /** Lets fake time pass until something is done. */
  async function passTime<Result>(result: Promise<Result>): Promise<Result> {
    let done = false
    const settled = result.finally(() => {
      done = true
    })
    while (!done) await vi.advanceTimersByTimeAsync(500)
    return settled
  }

  it('pollers wait for a deletion and a recovery of twenty seconds', async () => {
    const begun = Date.now()
    const hsm = createHsm({ settlingSeconds: 20 })
    const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
    await client.createKey('orders', 'EC')
    const deletion = await client.beginDeleteKey('orders')
    expect(deletion.isDone()).toBe(false)
    await passTime(deletion.pollUntilDone())
    expect(Date.now() - begun).toBeGreaterThanOrEqual(20_000)
    const recovery = await client.beginRecoverDeletedKey('orders')
    expect((await passTime(recovery.pollUntilDone())).name).toBe('orders')
    expect(Date.now() - begun).toBeGreaterThanOrEqual(40_000)
  })

  it('an RSA key is made while the clock stands still', async () => {
    const hsm = createHsm()
    const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
    expect((await client.createRsaKey('letters')).keyType).toBe('RSA-HSM')
  })

  it('a rotation policy acts after years at once, at the dates when it fell due', () => {
    vi.setSystemTime(Date.UTC(2030, 0, 1))
    const hsm = createHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P1Y' }, action: { type: 'Rotate' } }],
    })
    vi.setSystemTime(Date.UTC(2033, 5, 1))
    const years = listKeyVersions(hsm, 'orders').value.map(({ attributes }) =>
      new Date(attributes.created * 1000).getUTCFullYear(),
    )
    expect(years).toEqual([2030, 2031, 2032, 2033])
  })

  it('a step back in time undoes nothing', () => {
    vi.setSystemTime(Date.UTC(2030, 0, 1))
    const hsm = createHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    vi.setSystemTime(Date.UTC(2020, 0, 1))
    const { attributes } = updateKey(hsm, 'orders', { tags: { team: 'shop' } })
    expect(attributes.updated).toBe(attributes.created)
    expect(getKey(hsm, 'orders').key).toEqual(key)
  })
})
