// Takes the pictures of the console that are in docs/images/console, with the engine in the page.
//
//   node stories/screenshots.mjs [folder]

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from './lib/find-chromium.mjs'
import { openInPage } from './lib/places.mjs'
import { openStage } from './lib/stage.mjs'

const folder = process.argv[2] ?? join(import.meta.dirname, '../docs/images/console')
const DESKTOP = { width: 1100, height: 700 }
const PHONE = { width: 390, height: 760 }

/** The pictures: where, how it looks, and what is done first. */
const PICTURES = [
  { name: 'keys', view: 'keys' },
  { name: 'key', view: 'keys/orders-signing', colorScheme: 'dark' },
  { name: 'time', view: 'time', before: moveTime },
  { name: 'try-it', view: 'try/orders-signing', before: signByHand, colorScheme: 'dark' },
  { name: 'history', view: 'history', before: haveHistory },
  { name: 'phone', view: 'keys/orders-signing', viewport: PHONE },
]

async function moveTime({ page, button, panel }) {
  await button('+30 days').click()
  await panel('What happened').getByText('rotateKey').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
}

async function signByHand({ page, see }) {
  await page.getByRole('tab', { name: 'JavaScript' }).click()
  await page.locator('.workbench form').getByRole('button', { name: 'Sign' }).click()
  await see(/Result of sign/)
}

async function haveHistory({ page, go, button }) {
  await go('keys/orders-signing')
  await button('Rotate').click()
  await go('try/legacy-tls')
  await page.locator('.workbench form').getByRole('button', { name: 'Sign' }).click()
  await page.getByRole('alert').waitFor()
  await go('try/tenant-kek')
  await page.getByLabel('Operation').selectOption('wrapKey')
  await page.locator('.workbench form').getByRole('button', { name: 'Wrap key' }).click()
  await go('time')
  await button('+90 days').click()
  await go('history')
  await page
    .getByRole('row', { name: /by time/ })
    .first()
    .waitFor()
  // Good messages go by themselves.
  await page.locator('.notice').first().waitFor({ state: 'detached' })
}

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
const place = await openInPage()
for (const { name, view, before, viewport = DESKTOP, colorScheme = 'light' } of PICTURES) {
  const stage = await openStage(browser, place, { viewport, colorScheme })
  await stage.go(view)
  await stage.page.getByRole('heading', { level: 1 }).waitFor()
  await before?.(stage)
  await stage.page.waitForTimeout(300)
  await stage.page.screenshot({ path: join(folder, `${name}.png`) })
  await stage.close()
}
await browser.close()
await place.close()
