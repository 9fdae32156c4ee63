// A page at a place, and what the plays do in it. Everything is found as a screen reader names it.

import assert from 'node:assert/strict'

/** Long enough for a machine that is busy with other things. */
const PATIENCE_MS = Number(process.env.STORIES_PATIENCE ?? 20_000)

/**
 * Opens a page. It collects errors and breaches of the Content-Security-Policy from its first line on.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {{ name: string, url: string }} place
 * @param {object} [options] Of the browser's context.
 */
export async function openStage(browser, place, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1240, height: 800 },
    ignoreHTTPSErrors: true,
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', ({ message }) => faults.push(`error: ${message}`))
  page.on('console', (line) => {
    // A response with an error status is part of some plays.
    const isStatus = /Failed to load resource/.test(line.text())
    if (line.type() === 'error' && !isStatus) faults.push(`console: ${line.text()}`)
  })
  await page.exposeFunction('reportViolation', (text) => faults.push(`policy: ${text}`))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      reportViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`)
    })
  })
  const begun = performance.now()
  await page.goto(place.url)
  return { page, place, faults, begun, ...actions(page, place), close: () => context.close() }
}

function actions(page, place) {
  const go = async (view) => {
    await page.goto(`${place.url}#/${view}`)
  }
  const button = (name) => page.getByRole('button', { name, exact: typeof name === 'string' })
  const heading = (name) => page.getByRole('heading', { name, level: 1 })
  const said = (text) =>
    page.getByRole('log', { name: 'Messages' }).getByText(text).first().waitFor()
  return {
    go,
    button,
    heading,
    /** Waits for a message in the corner. */
    said,
    see: (text) => page.locator('main').getByText(text).first().waitFor(),
    panel: (title) =>
      page.locator('section.panel', { has: page.getByRole('heading', { name: title, level: 2 }) }),
    create: async (name, choose = async () => {}) => {
      await go('keys')
      await button('Create key').first().click()
      const dialog = page.getByRole('dialog', { name: 'Create key' })
      await dialog.getByLabel('Name').fill(name)
      await choose(dialog)
      await dialog.getByRole('button', { name: 'Create', exact: true }).click()
      await heading(name).waitFor()
    },
  }
}

/** Fails with all that went wrong in a page. */
export function expectNoFaults({ faults }) {
  assert.deepEqual(faults, [])
}
