// Where this machine has a Chromium: Debian's, another distribution's, or Chrome, which is built from it.

import { existsSync } from 'node:fs'

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * Finds a Chromium to drive.
 *
 * @param {string | undefined} told A path that has the last word, such as the variable CHROMIUM_PATH.
 * @returns {string | undefined} Nothing when none is installed.
 * @throws {Error} When there is nothing at the path that was told.
 */
export function findChromium(told) {
  if (!told) return USUAL_PATHS.find((path) => existsSync(path))
  if (!existsSync(told)) throw new Error(`CHROMIUM_PATH is ${told}, where there is nothing.`)
  return told
}
