// Where Chromium is, if it is anywhere.

import { accessSync, constants } from 'node:fs'

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/**
 * @param {string | undefined} given Looked at alone if it is given.
 * @returns {string | undefined}
 */
export function findChromium(given = process.env.CHROMIUM_PATH) {
  return (given ? [given] : USUAL).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
