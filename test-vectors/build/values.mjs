/** Reads the values that were transcribed from documents, in the folder next to this file. */

import { readFileSync } from 'node:fs'

export const readValues = (name) =>
  JSON.parse(readFileSync(new URL(`values/${name}`, import.meta.url), 'utf8'))
