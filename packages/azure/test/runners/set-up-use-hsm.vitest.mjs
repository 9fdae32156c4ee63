/** The HSMs that a file names. */

import { currentHsm, useHsm } from '@pocket-hsm/azure/vitest'
import { createHsm, createKey, listKeys } from 'pocket-hsm'
import { beforeAll, expect, test } from 'vitest'

const VAULT = 'https://contoso.vault.azure.net'
const OTHER = 'https://fabrikam.managedhsm.azure.net'

const vault = createHsm({ baseUrl: VAULT, profile: 'vault-premium' })
useHsm([vault, createHsm({ baseUrl: OTHER })], { onUnhandledRequest: 'error' })

beforeAll(() => {
  createKey(vault, 'prepared', { kty: 'EC' })
})

test('a test gets a fork of each', () => {
  createKey(currentHsm(OTHER), 'made', { kty: 'EC' })
  expect(listKeys(currentHsm(VAULT)).value).toHaveLength(1)
  expect(currentHsm(VAULT)).not.toBe(vault)
})

test('another test does not see what it made, nor anything of another file', () => {
  expect(listKeys(currentHsm(OTHER)).value).toEqual([])
  expect(listKeys(currentHsm(VAULT)).value).toHaveLength(1)
})

test('an address is needed, and has to be one of them', () => {
  expect(() => currentHsm()).toThrow(`there are several HSMs: ${VAULT}, ${OTHER}`)
  expect(() => currentHsm('https://typo.vault.azure.net')).toThrow('There is no HSM at')
  expect(() => currentHsm('contoso')).toThrow(TypeError)
})

test('another vault does not exist, and another request fails', async () => {
  const failureOf = (url) => fetch(url).catch(({ cause }) => cause.message)
  expect(await failureOf('https://typo.vault.azure.net/keys')).toContain('ENOTFOUND')
  expect(await failureOf('https://example.com/')).toContain('GET https://example.com/ was refused')
})
