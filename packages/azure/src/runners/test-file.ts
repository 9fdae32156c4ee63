/** The HSMs of one test file: what the file has prepared, and a fork of it for each test. */

import type { Hsm } from '@pocket-hsm/rest'
import { createHsm, forkHsm } from 'pocket-hsm'
import { isServiceHost } from '../intercept/azure-hosts.ts'
import {
  type InterceptAzureOptions,
  type Interception,
  startInterception,
} from '../intercept/intercept-azure.ts'
import { addressesOf, hsmsByHost, type InterceptedHsms } from '../intercept/intercepted-hsms.ts'

/** What the set-up file of a test runner does with the HSMs of a test file. */
export interface TestFile {
  /**
   * Starts the interception for a file; ends that of another one, which a failed hook may have left behind.
   *
   * @returns `false` if that is done for this file already.
   */
  begin(file: string): boolean
  /** Gives a test forks of what is prepared, which are dropped once the test and its hooks are over. */
  beginTest(isOver: () => boolean): void
  /** Ends the interception. */
  end(): void
  useHsm(hsms: InterceptedHsms, options?: InterceptAzureOptions): void
  currentHsm(baseUrl?: string): Hsm
}

type HsmsByHost = Map<string, Hsm>

/**
 * Returns the one test file of this global object.
 *
 * It is kept there, not in a module: a test runner may load a module once for the set-up file and again for the tests.
 */
export function testFile(): TestFile {
  const home = globalThis as { [KEY]?: TestFile }
  home[KEY] ??= createTestFile()
  return home[KEY]
}

const KEY = Symbol.for('@pocket-hsm/azure test file')

function createTestFile(): TestFile {
  let prepared: HsmsByHost = new Map()
  /** Whether an HSM is created for each address that is used: until the file says which there are. */
  let isOpen = true
  let interception: Interception | undefined
  let currentFile: string | undefined
  /** The tests that are running, the newest last: subtests of node:test run inside of their test. */
  let running: { readonly isOver: () => boolean; readonly hsms: HsmsByHost }[] = []

  const current = () => {
    running = running.filter(({ isOver }) => !isOver())
    return running.at(-1)?.hsms ?? prepared
  }
  const findHsm = (host: string): Hsm | undefined => {
    const hsms = current()
    const found = hsms.get(host)
    if (found !== undefined || !isOpen || !isServiceHost(host)) return found
    const created = createHsmAt(host)
    hsms.set(host, created)
    return created
  }
  /** Starts an interception in the place of the last, unless HSMs or options are refused. */
  const intercept = (hsms: HsmsByHost, options: InterceptAzureOptions) => {
    const before = prepared
    prepared = hsms
    try {
      const next = startInterception('useHsm', current, options, findHsm)
      interception?.()
      interception = next
    } catch (error) {
      prepared = before
      throw error
    }
  }

  const end = () => {
    interception?.()
    interception = undefined
    currentFile = undefined
    running = []
    prepared = new Map()
    isOpen = true
  }

  return {
    begin(file) {
      if (currentFile === file) return false
      end()
      intercept(prepared, {})
      currentFile = file
      return true
    },
    beginTest(isOver) {
      const hsms = forkAll(current())
      running.push({ isOver, hsms })
    },
    end,
    useHsm(hsms, options = {}) {
      if (interception === undefined) throw new Error(noSetUp('useHsm'))
      if (current() !== prepared) {
        throw new Error(
          'useHsm prepares the tests of a file: call it at the top level or in beforeAll, not in a test. In a test, currentHsm() returns its HSM.',
        )
      }
      intercept(hsmsByHost('useHsm', hsms), options)
      isOpen = false
    },
    currentHsm(baseUrl) {
      if (interception === undefined) throw new Error(noSetUp('currentHsm'))
      return baseUrl === undefined ? onlyHsm(current(), isOpen) : hsmAt(baseUrl, findHsm, current())
    },
  }
}

/** A vault or a Managed HSM, as its name says. */
function createHsmAt(host: string): Hsm {
  const profile = host.includes('.vault.') ? 'vault-premium' : 'managed-hsm'
  return createHsm({ baseUrl: `https://${host}`, profile })
}

/** Forks HSMs; one that has two addresses keeps both. */
function forkAll(hsms: HsmsByHost): HsmsByHost {
  const forks = new Map([...new Set(hsms.values())].map((hsm) => [hsm, forkHsm(hsm)]))
  return new Map([...hsms].map(([host, hsm]) => [host, forks.get(hsm) as Hsm]))
}

function onlyHsm(hsms: HsmsByHost, isOpen: boolean): Hsm {
  const [hsm, ...others] = new Set(hsms.values())
  if (others.length > 0) {
    throw new Error(`currentHsm needs an address, because there are several HSMs: ${listOf(hsms)}.`)
  }
  if (hsm !== undefined) return hsm
  if (!isOpen) throw new Error('There is no HSM: useHsm was given none.')
  const created = createHsm()
  hsms.set(new URL(created.baseUrl).host, created)
  return created
}

function hsmAt(baseUrl: string, findHsm: (host: string) => Hsm | undefined, hsms: HsmsByHost): Hsm {
  if (!URL.canParse(baseUrl)) {
    throw new TypeError(
      `currentHsm needs an address such as 'https://contoso.vault.azure.net', or none.`,
    )
  }
  const hsm = findHsm(new URL(baseUrl).host)
  if (hsm !== undefined) return hsm
  throw new Error(`There is no HSM at ${new URL(baseUrl).origin}; there are: ${listOf(hsms)}.`)
}

const listOf = (hsms: HsmsByHost) => addressesOf(hsms).slice(0, 10).join(', ') || 'none'

const noSetUp = (caller: string) =>
  `${caller} needs the set-up file of the test runner: setupFiles: ['@pocket-hsm/azure/vitest'] in vitest, setupFilesAfterEnv: ['@pocket-hsm/azure/jest'] in jest, --import @pocket-hsm/azure/node-test for node:test.`
