/** What copies of pocket-hsm in one process have in common, and what they say to one another's HSMs. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { THIS_COPY } from '../../src/copies/this-copy.ts'
import { createHsm, createKey, getKey, HsmError } from '../../src/index.ts'
import { badParameter, errorOf } from '../refusal.ts'
import { COPIES, type Facade, installCopy } from './several-copies.ts'

const installed = [installCopy(THIS_COPY), installCopy(THIS_COPY)]
const next = installCopy({ version: '9.8.7', format: 98 })
afterAll(() => {
  for (const { remove } of [...installed, next]) remove()
})

const ALL: readonly Facade[] = [...COPIES, ...installed]
const PAIRS = ALL.flatMap((maker, i) => ALL.map((user, j) => [i, j, maker, user] as const))

it('each copy says which release it is', () => {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { version: string }
  expect(THIS_COPY.version).toBe(manifest.version)
})

it('the copies are five', () => {
  expect(new Set(ALL.map(({ createHsm: make }) => make)).size).toBe(5)
})

describe.each(PAIRS)('what copy %i made, copy %i', (_, __, maker, user) => {
  it('uses as its own', () => {
    const hsm = maker.createHsm({ seed: 'copies' })
    const made = user.createKey(hsm, 'orders', { kty: 'EC-HSM' })
    expect(maker.getKey(hsm, 'orders')).toEqual(made)
    const digest = new Uint8Array(32)
    const { value } = maker.sign(hsm, 'orders', { alg: 'ES256', value: digest })
    expect(user.verify(hsm, 'orders', { alg: 'ES256', digest, value })).toBe(true)
    expect(user.readAudit(user.forkHsm(hsm)).entries).toEqual(maker.readAudit(hsm).entries)
  })

  it('finds to be an HsmError', () => {
    expect(() => maker.getKey(maker.createHsm(), 'nobody')).toThrow(user.HsmError)
  })

  it('takes as an option: a pool, a security domain', () => {
    const rsaPool = maker.createRsaPool()
    const securityDomain = maker.createSecurityDomain()
    const hsm = user.createHsm({ rsaPool, securityDomain })
    user.createKey(hsm, 'letters', { kty: 'oct-HSM' })
    const there = maker.createHsm({ securityDomain })
    expect(maker.restoreKey(there, user.backupKey(hsm, 'letters')).key.kty).toBe('oct-HSM')
  })

  it('continues to export', () => {
    const securityDomain = maker.createSecurityDomain()
    const hsm = maker.createHsm({ securityDomain })
    const before = maker.forkHsm(hsm)
    const there = user.importState(maker.exportState(hsm), { securityDomain })
    const made = user.createKey(hsm, 'orders', { kty: 'EC-HSM' })
    maker.applyChanges(there, user.exportChanges(hsm, before) as Uint8Array)
    expect(maker.getKey(there, 'orders')).toEqual(made)
  })
})

describe('an HsmError', () => {
  class OwnError extends HsmError {}
  const facts = { status: 400, code: 'BadParameter', message: 'x' }

  it('is no instance of a class that extends it, unless that class made it', () => {
    expect(new HsmError(facts)).not.toBeInstanceOf(OwnError)
    expect(new OwnError(facts)).toBeInstanceOf(OwnError)
    expect(new OwnError(facts)).toBeInstanceOf(HsmError)
  })

  it.each([new Error('x'), { ...facts, name: 'HsmError' }, null, undefined, 'HsmError'])(
    'is not %j',
    (value) => {
      expect((value as unknown) instanceof HsmError).toBe(false)
    },
  )
})

describe('an HSM of another state format', () => {
  const CURE =
    `which pocket-hsm ${THIS_COPY.version} (state format ${THIS_COPY.format}) cannot use. ` +
    'Install one version of pocket-hsm: `npm ls pocket-hsm` lists those that are installed, ' +
    'and which packages brought them.'

  it('is refused with both versions and the cure', () => {
    expect(errorOf(() => getKey(next.createHsm(), 'orders'))).toMatchObject(
      badParameter(`This HSM was made by pocket-hsm 9.8.7 (state format 98), ${CURE}`),
    )
  })

  it('is refused the other way round', () => {
    expect(() => next.getKey(createHsm(), 'orders')).toThrow(
      `This HSM was made by pocket-hsm ${THIS_COPY.version} (state format ${THIS_COPY.format}), which pocket-hsm 9.8.7`,
    )
    expect(() => next.getKey(createHsm(), 'orders')).toThrow(HsmError)
  })

  it('so is its pool', () => {
    expect(() => createHsm({ rsaPool: next.createRsaPool() })).toThrow('This RSA pool was made by')
  })

  it('does not disturb its own copy', () => {
    const hsm = next.createHsm()
    next.createKey(hsm, 'orders', { kty: 'EC-HSM' })
    expect(() => getKey(hsm, 'orders')).toThrow()
    expect(next.getKey(hsm, 'orders').key.kid).toContain('/keys/orders/')
  })

  it.each([undefined, null, {}, 'hsm', createHsm])('%s is no HSM of any copy', (value) => {
    expect(() => getKey(value as never, 'orders')).toThrow(
      'The first argument must be an HSM from createHsm.',
    )
  })
})

it('what the copies share does not print', () => {
  const hsm = createHsm({ seed: 'copies' })
  createKey(hsm, 'orders', { kty: 'EC-HSM' })
  const shared = Object.getOwnPropertySymbols(globalThis)
    .filter((name) => /pocket-hsm/.test(String(name)))
    .map((name) => Reflect.get(globalThis, name))
  expect(shared.length).toBeGreaterThan(0)
  expect(inspect(shared, { showHidden: true, depth: 99 })).not.toContain('orders')
})
