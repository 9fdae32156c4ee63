// Measures the pages of the console: what is sent, and how long it takes until a key can be opened.
//
//   node stories/measure.mjs [loads]

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from './lib/find-chromium.mjs'
import { openInPage, openServer } from './lib/places.mjs'

const loads = Number(process.argv[2] ?? 9)
const dist = join(import.meta.dirname, '../packages/console/dist')

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

function kilobytes(page, ending) {
  const files = readdirSync(join(dist, page), { recursive: true }).filter((file) =>
    file.endsWith(ending),
  )
  const sum = files.reduce((total, file) => total + statSync(join(dist, page, file)).size, 0)
  return `${(sum / 1000).toFixed(1)} kB`
}

/** From the navigation until there is something to press in the view, in a browser that has nothing of it. */
async function loadOnce(browser, url) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await page.goto(url)
  const handle = await page.waitForFunction(() => {
    const button = document.querySelector('main .button.primary')
    return button !== null && !button.disabled && performance.now()
  })
  const time = await handle.jsonValue()
  await context.close()
  return time
}

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
for (const [page, place] of [
  ['served', await openServer()],
  ['in-page', await openInPage()],
]) {
  await loadOnce(browser, place.url)
  const times = []
  for (let load = 0; load < loads; load += 1) times.push(await loadOnce(browser, place.url))
  process.stdout.write(
    `${page}: ${kilobytes(page, '.br')} with brotli, ${kilobytes(page, '.gz')} with gzip; ready in ${median(times).toFixed(0)} ms (median of ${loads})\n`,
  )
  await place.close()
}
await browser.close()
