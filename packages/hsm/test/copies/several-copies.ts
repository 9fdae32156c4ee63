/** Copies of pocket-hsm in one process: the sources, the two formats of the build, and installed ones. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fromSource from '../../src/index.ts'

/** The public functions, from any copy. */
export type Facade = typeof fromSource

const PACKAGES = join(import.meta.dirname, '../../..')

/** The names under which the packages are installed, and their folders. */
const INSTALLED = {
  'pocket-hsm': 'hsm',
  '@pocket-hsm/access': 'access',
  '@pocket-hsm/crypto': 'crypto',
  '@pocket-hsm/lifecycle': 'lifecycle',
} as const

const require = createRequire(import.meta.url)

/** The sources, the ECMAScript module and the CommonJS module. */
export const COPIES: readonly Facade[] = [
  fromSource,
  (await import('pocket-hsm')) as Facade,
  require('pocket-hsm') as Facade,
]

/** What another release has differently. */
export interface Release {
  readonly version: string
  readonly format: number
}

/**
 * Installs a copy of pocket-hsm and of the packages that it depends on in a folder of its own, and loads it.
 *
 * @param release - The release that it claims to be.
 */
export function installCopy({ version, format }: Release): Facade & { remove(): void } {
  const project = mkdtempSync(join(tmpdir(), 'copy-'))
  const modules = join(project, 'node_modules')
  for (const [name, folder] of Object.entries(INSTALLED)) {
    mkdirSync(join(modules, name), { recursive: true })
    for (const part of ['package.json', 'dist']) {
      cpSync(join(PACKAGES, folder, part), join(modules, name, part), { recursive: true })
    }
  }
  claimRelease(join(modules, 'pocket-hsm/dist/index.cjs'), { version, format })
  const facade = createRequire(join(project, 'index.js'))('pocket-hsm') as Facade
  return { ...facade, remove: () => rmSync(project, { recursive: true }) }
}

/** Finds what a copy says of itself in its code, which imports chunks that may hold it. */
function claimRelease(file: string, { version, format }: Release): void {
  const chunks = [
    ...readFileSync(file, 'utf8').matchAll(/require\(["'`](\.\/chunks\/[^"'`]+)["'`]\)/g),
  ]
  const files = [file, ...chunks.map(([, chunk]) => join(file, '..', chunk as string))]
  const claims = files.filter((path) => CLAIM.test(readFileSync(path, 'utf8')))
  if (claims.length !== 1) throw new Error(`${claims.length} files say what they are`)
  const [path] = claims as [string]
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(CLAIM, `version: "${version}", format: ${format}`),
  )
}

const CLAIM = /version: ?["'`][\d.]+["'`],\s*format: ?\d+/
