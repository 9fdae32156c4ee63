// The built packages in a real Chromium, in the page and in a module worker.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chapters as chaptersOfTour } from '../../tour/chapters/index.mjs'
import { findChromium } from '../find-chromium.mjs'
import { homeOf } from '../import-map.mjs'
import { serve } from '../serve.mjs'

const root = join(import.meta.dirname, '..', '..', '..')
const executablePath = findChromium(process.env.CHROMIUM_PATH)

const NOT_RUN = 'there is no Chromium in the usual places, and CHROMIUM_PATH names none'

/** Says why nothing was tested, where there is no browser. */
const inChromium = (title, test) =>
  it(title, async ({ skip }) => {
    skip(!executablePath, NOT_RUN)
    await test()
  })

let server
let browser
let session

beforeAll(async () => {
  if (!executablePath) {
    console.warn(`The browser test was not run: ${NOT_RUN}.`)
    return
  }
  server = await serve()
  // The page is our own: Chromium's sandbox, which a container may refuse it, would have nothing to hold.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  session = await runSession()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** A page that waits for as long as a test may take: a slow machine needs more than the usual 30 seconds. */
async function newTab() {
  const tab = await browser.newPage()
  tab.setDefaultTimeout(120_000)
  return tab
}

/** Runs the session in a new page. */
async function runSession() {
  const tab = await newTab()
  const files = new Map()
  const errors = []
  tab.on('response', (response) => files.set(new URL(response.url()).pathname, response))
  tab.on('pageerror', ({ message }) => errors.push(message))
  await tab.goto(server.url)
  await tab.waitForFunction('globalThis.outcomes?.ended')
  return { ...(await tab.evaluate('outcomes')), files, errors }
}

/** The file behind `/node_modules/name/path` in a folder where npm has put every package beside the others. */
function installedFile(pathname) {
  const [, name, path] = /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(pathname)
  const hsm = homeOf('pocket-hsm', join(import.meta.dirname, '..'))
  return join(name === 'pocket-hsm' ? hsm : homeOf(name, hsm), path)
}

const stepsOf = (outcomes) => outcomes.map(({ chapter, step }) => `${chapter}: ${step}`)
const failed = (outcomes) => outcomes.filter(({ ok }) => !ok)

describe('the session in Chromium', () => {
  inChromium('has every check hold in the page', () => {
    expect(session).toMatchObject({ errors: [] })
    expect(failed(session.page)).toEqual([])
  })

  inChromium('has every check hold in a module worker', () => {
    expect(session).not.toHaveProperty('fault')
    expect(failed(session.worker)).toEqual([])
    expect(stepsOf(session.worker)).toEqual(stepsOf(session.page))
  })

  inChromium('goes through the chapters of the tour, then REST and the official client', () => {
    const chapters = [...new Set(session.page.map(({ chapter }) => chapter))]
    expect(chapters).toEqual([...chaptersOfTour.map(({ name }) => name), 'rest', 'azure'])
  })

  inChromium('runs the files that the build wrote, byte for byte', async () => {
    const built = [...session.files].filter(([path]) => /^\/packages\/\w+\/dist\//.test(path))
    for (const [path, response] of built)
      expect((await response.body()).equals(readFileSync(join(root, path))), path).toBe(true)
    const packages = new Set(built.map(([path]) => path.split('/')[2]))
    expect([...packages].sort()).toEqual(['azure', 'crypto', 'hsm', 'identity', 'rest'])
  })

  inChromium('notices when Web Crypto finds another result', async () => {
    const tab = await newTab()
    await tab.addInitScript(() => {
      SubtleCrypto.prototype.verify = async () => false
    })
    await tab.goto(server.url)
    await tab.waitForFunction('globalThis.outcomes?.page.some(({ ok }) => !ok)')
    expect(failed(await tab.evaluate('outcomes.page'))[0]).toMatchObject({
      chapter: 'pem',
      step: 'signs the digest of invoice.csv with RS256',
      error: 'AssertionError: expected false to be true',
    })
  })
})

describe('the page in docs/guide/in-a-browser.md', () => {
  inChromium('runs where the packages are in node_modules', async () => {
    const guide = readFileSync(join(root, 'docs', 'guide', 'in-a-browser.md'), 'utf8')
    const [, html] = /^```html\n(.*?)^```$/ms.exec(guide)
    const tab = await newTab()
    await tab.route(`${server.url}guide/`, (route) =>
      route.fulfill({ contentType: 'text/html', body: html }),
    )
    await tab.route(`${server.url}node_modules/**`, (route) =>
      route.fulfill({ path: installedFile(new URL(route.request().url()).pathname) }),
    )
    await tab.goto(`${server.url}guide/`)
    await tab.waitForFunction("document.querySelector('output').textContent")
    expect(await tab.textContent('output')).toBe('64 bytes')
  })
})
