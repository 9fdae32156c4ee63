// Plays what people do in the console, in a real Chromium: against a server, and with the engine in the page. Prints a
// line for each story; the last one counts. Without a Chromium it says so, and exits with 77.
//
//   node stories/run.mjs [part of a title]

import { chromium } from 'playwright-core'
import { createAttestation } from './lib/attestation.mjs'
import { seriousFindings } from './lib/axe.mjs'
import { findChromium } from './lib/find-chromium.mjs'
import { openInPage, openServer } from './lib/places.mjs'
import { expectNoFaults, openStage } from './lib/stage.mjs'
import * as access from './plays/access.mjs'
import * as faults from './plays/faults.mjs'
import * as frame from './plays/frame.mjs'
import * as history from './plays/history.mjs'
import * as identity from './plays/identity.mjs'
import * as key from './plays/key.mjs'
import * as keyboard from './plays/keyboard.mjs'
import * as keys from './plays/keys.mjs'
import * as manyKeys from './plays/many-keys.mjs'
import * as postQuantum from './plays/post-quantum.mjs'
import * as secureWrap from './plays/secure-wrap.mjs'
import * as state from './plays/state.mjs'
import * as time from './plays/time.mjs'
import * as token from './plays/token.mjs'
import * as tryIt from './plays/try-it.mjs'

const PLAYS = [
  keys,
  key,
  time,
  history,
  faults,
  tryIt,
  postQuantum,
  secureWrap,
  state,
  access,
  keyboard,
  frame,
  manyKeys,
  token,
  identity,
]

const VIEWS = ['keys', 'time', 'history', 'try', 'faults', 'state', 'access']

/** The two pages have the same views: each look is inspected in one of them. */
const LOOKS = [
  { name: 'light', at: 'server', colorScheme: 'light' },
  { name: 'dark', at: 'in the page', colorScheme: 'dark' },
  {
    name: 'light on a phone',
    at: 'in the page',
    colorScheme: 'light',
    viewport: { width: 390, height: 800 },
  },
]

/** What the gate takes for a step that has said why it does nothing. */
const SKIPPED = 77

const executablePath = findChromium()
if (executablePath === undefined) {
  const reason = 'there is no Chromium in the usual places, and CHROMIUM_PATH names none'
  process.stdout.write(`The stories of the console were skipped: ${reason}.\n`)
  process.exitCode = SKIPPED
} else {
  process.exitCode = await playAll(process.argv[2] ?? '')
}

async function playAll(part) {
  const browser = await chromium.launch({
    executablePath,
    // The pages are our own: Chromium's sandbox, which a container may refuse it, has nothing to hold.
    args: ['--no-sandbox'],
  })
  const places = await Promise.all([openTrusting(), openInPage(), openProtected(), openIdentity()])
  const counts = { passed: 0, failed: 0 }
  const tell = async (title, work) => {
    if (!title.includes(part)) return
    const begun = performance.now()
    try {
      await work()
      counts.passed += 1
      process.stdout.write(`passed  ${seconds(begun)}  ${title}\n`)
    } catch (error) {
      counts.failed += 1
      process.stdout.write(`FAILED  ${seconds(begun)}  ${title}\n${error.stack}\n`)
    }
  }
  // The places have nothing to do with each other.
  await Promise.all(
    places.map(async (place) => {
      for (const { title, places: only = ['server', 'in the page'], play } of PLAYS) {
        if (!only.includes(place.name)) continue
        await tell(`${place.name}: ${title}`, () => playOne(browser, place, play))
      }
      for (const { at, ...look } of LOOKS) {
        if (at !== place.name) continue
        await tell(`${place.name}: axe finds nothing serious in any view, ${look.name}`, () =>
          inspect(browser, place, look),
        )
      }
    }),
  )
  await browser.close()
  await Promise.all(places.map((place) => place.close()))
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1
}

function seconds(begun) {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`
}

/** A server that trusts an attestation authority. */
async function openTrusting() {
  const attestation = createAttestation()
  const { attestationKeys } = attestation
  return { ...(await openServer({ attestationKeys })), attestation }
}

/** A server whose control API needs a token even on this machine. */
async function openProtected() {
  const controlToken = 'a-token-for-the-stories'
  const place = await openServer({
    controlToken,
    auth: 'jwt',
    authority: 'https://login.test/tenant',
  })
  return { ...place, name: 'protected server', controlToken }
}

/** A server that gives tokens, and accepts no others. */
async function openIdentity() {
  return { ...(await openServer({ identity: true })), name: 'server with identity' }
}

async function playOne(browser, place, play) {
  const stage = await openStage(browser, place)
  try {
    await play(stage)
    expectNoFaults(stage)
  } catch (error) {
    if (process.env.STORIES_SHOT) await stage.page.screenshot({ path: process.env.STORIES_SHOT })
    throw error
  } finally {
    await stage.close()
  }
}

/** Looks at every view, at a key and at an open dialog. */
async function inspect(browser, place, { name: _, ...look }) {
  const stage = await openStage(browser, place, look)
  const { page, go, heading, button } = stage
  const found = []
  const lookAt = async (where) => {
    for (const finding of await seriousFindings(page)) found.push(`${where}: ${finding}`)
  }
  try {
    await heading('Keys').waitFor()
    await stage.create('play-looks')
    await page.getByRole('img', { name: /^Life of/ }).waitFor()
    await lookAt('a key')
    for (const view of VIEWS) {
      await go(view)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await lookAt(view)
    }
    await stage.create('play-looks-oct', (dialog) =>
      dialog.getByText('Symmetric', { exact: true }).click(),
    )
    await go('try/play-looks-oct')
    await page.getByLabel('Operation').selectOption('secureUnwrapKey')
    await lookAt('secure unwrap')
    await go('keys')
    await button('Create key').click()
    await page.getByText('The same call as az').click()
    await page.getByLabel('Exportable, to targets that a release policy trusts').check()
    await lookAt('a dialog')
    expectNoFaults(stage)
    if (found.length > 0) throw new Error(found.join('\n'))
  } finally {
    await stage.close()
  }
}
