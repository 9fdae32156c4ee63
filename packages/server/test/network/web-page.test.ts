/** A real page in a real Chromium attacks a server on the machine: by DNS rebinding, by scripts, by forms. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServers } from '../test-server.ts'
import { findChromium } from './find-chromium.ts'

const { start } = testServers()

const executablePath = findChromium()

const NOT_RUN = 'there is no Chromium in the usual places, and CHROMIUM_PATH names none'

/** Says why nothing was tested if there is no browser. */
const inChromium = (title: string, test: () => Promise<void>) =>
  it(title, { timeout: 120_000 }, async ({ skip }) => {
    skip(executablePath === undefined, NOT_RUN)
    await test()
  })

/** A web site on this machine. */
interface Site {
  readonly port: number
  readonly close: () => Promise<void>
}

async function openSite(): Promise<Site> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

let browser: Browser
let site: Site

beforeAll(async () => {
  if (executablePath === undefined) return
  site = await openSite()
  browser = await chromium.launch({
    executablePath,
    // The pages are the test's own: Chromium's sandbox, which a container may refuse it, has nothing to hold.
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** A server on which nothing but the guard is in the way of a page. */
const openServer = () => start({ http: true, auth: 'none', control: true })

const portOf = ({ url }: TestServer) => new URL(url).port

/** A page that waits for as long as a test may take. */
async function newPage(): Promise<Page> {
  const page = await browser.newPage()
  page.setDefaultTimeout(120_000)
  return page
}

/** A page at a URL, and the statuses of what it gets from a server. */
async function pageAt(url: string, server: TestServer) {
  const page = await newPage()
  const statuses: number[] = []
  page.on('response', (response) => {
    const { port, pathname } = new URL(response.url())
    if (port === portOf(server) && pathname !== '/page') statuses.push(response.status())
  })
  await page.route('**/page', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>page</title>' }),
  )
  await page.goto(url)
  return { page, statuses }
}

/** What a page would do: create a key, and move the clock. */
async function attack(page: Page, base: string, init: object): Promise<readonly unknown[]> {
  return page.evaluate(
    async ([base, init]) => {
      const requests: [string, object][] = [
        ['/keys/stolen/create?api-version=7.6', { kty: 'EC-HSM' }],
        ['/control/clock', { time: '2040-01-01T00:00:00Z' }],
      ]
      return Promise.all(
        requests.map(async ([path, json]) => {
          const body = JSON.stringify(json)
          const response = await fetch(`${base}${path}`, { method: 'POST', body, ...init })
          return response.type === 'opaque' ? 'opaque' : response.status
        }),
      )
    },
    [base, init] as const,
  )
}

async function expectUntouched(server: TestServer): Promise<void> {
  expect((await server.send('GET /keys')).json.value).toEqual([])
  expect((await server.send('GET /control/clock')).json.offsetSeconds).toBe(0)
}

const JSON_TYPE = { headers: { 'content-type': 'application/json', authorization: 'Bearer any' } }
const SIMPLE = { mode: 'no-cors', headers: { 'content-type': 'text/plain' } }

describe('a web page', () => {
  inChromium('whose name was rebound to this machine gets 421 for everything', async () => {
    // The page comes from a site on the port that the server has afterwards: to the browser they are one origin.
    const evil = await openSite()
    const page = await newPage()
    await page.goto(`http://evil.example:${evil.port}/`)
    await evil.close()
    const server = await start({ http: true, auth: 'none', control: true, port: evil.port })
    expect(await attack(page, '', JSON_TYPE)).toEqual([421, 421])
    expect(await page.evaluate(async () => (await fetch('/keys?api-version=7.6')).status)).toBe(421)
    await expectUntouched(server)
  })

  for (const host of ['127.0.0.1', 'localhost']) {
    inChromium(`of another site gets 403 for simple requests to ${host}`, async () => {
      const server = await openServer()
      const { page, statuses } = await pageAt(`http://evil.example:${site.port}/`, server)
      const base = `http://${host}:${portOf(server)}`
      expect(await attack(page, base, SIMPLE)).toEqual(['opaque', 'opaque'])
      expect(statuses).toEqual([403, 403])
      await expectUntouched(server)
    })
  }

  inChromium('of another site gets no permission for other requests', async () => {
    const server = await openServer()
    const { page } = await pageAt(`http://evil.example:${site.port}/`, server)
    await expect(attack(page, server.url, JSON_TYPE)).rejects.toThrow('Failed to fetch')
    await expectUntouched(server)
  })

  inChromium('of another port of this machine gets 403', async () => {
    const server = await openServer()
    const { page, statuses } = await pageAt(`http://localhost:${site.port}/`, server)
    await attack(page, `http://localhost:${portOf(server)}`, SIMPLE)
    expect(statuses).toEqual([403, 403])
    await expectUntouched(server)
  })

  inChromium('of another site gets 403 for a form', async () => {
    const server = await openServer()
    const { page } = await pageAt(`http://evil.example:${site.port}/`, server)
    const action = `${server.url}/keys/stolen/create?api-version=7.6`
    const navigated = page.waitForResponse(action)
    // A text/plain form sends name=value: together they are JSON.
    await page.setContent(
      `<form method="post" enctype="text/plain" action="${action}">
        <input name='{"kty":"EC-HSM","a":"' value='"}'>
        <button>Win a prize</button>
      </form>`,
    )
    await page.click('button')
    expect((await navigated).status()).toBe(403)
    await expectUntouched(server)
  })

  inChromium('that the server itself had sent could use it', async () => {
    const server = await openServer()
    const { page } = await pageAt(`${server.url}/page`, server)
    expect(await attack(page, '', JSON_TYPE)).toEqual([200, 200])
  })
})
