// Knows: where PostgreSQL's programs are on this machine, and how Debian's are installed.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The oldest version that is supported. */
const OLDEST = 15

const INSTALL_MS = 120_000

/** Debian makes a cluster of its own at the installation, unless this file forbids it. */
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'

/**
 * Finds the folder with `initdb`, `pg_ctl` and `postgres`: POSTGRES_BIN, else the newest of Debian's, else in PATH.
 *
 * @param {{ environment?: NodeJS.ProcessEnv, debian?: string }} place `debian` is where Debian has its versions.
 * @returns {string | undefined} `undefined` where there is none of version 15 or later.
 */
export function findPrograms({ environment = process.env, debian = '/usr/lib/postgresql' } = {}) {
  const { POSTGRES_BIN, PATH = '' } = environment
  if (POSTGRES_BIN) return isUsable(POSTGRES_BIN) ? POSTGRES_BIN : undefined
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : []
  const ofDebian = versions
    .filter((version) => version >= OLDEST)
    .sort((one, other) => other - one)
    .map((version) => join(debian, String(version), 'bin'))
  return [...ofDebian, ...PATH.split(delimiter)].find(isUsable)
}

function isUsable(folder) {
  if (!['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(join(folder, name))))
    return false
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return Number(/ (\d+)/.exec(stdout ?? '')?.[1]) >= OLDEST
}

/**
 * Finds the programs, or installs Debian's, which takes root and apt.
 *
 * @returns {{ folder: string } | { missing: string }} `missing` says why there are none.
 */
export function ensurePrograms() {
  const found = findPrograms()
  if (found !== undefined) return { folder: found }
  if (process.env.POSTGRES_BIN) {
    return { missing: `POSTGRES_BIN has no PostgreSQL ${OLDEST} or later.` }
  }
  const reason = reasonNotToInstall()
  if (reason !== undefined) return { missing: `PostgreSQL is not installed, and ${reason}.` }
  process.stderr.write('Installing PostgreSQL with apt-get ...\n')
  try {
    install()
  } catch (error) {
    const said = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1)
    return { missing: `PostgreSQL is not installed, and apt-get could not install it: ${said}` }
  }
  const folder = findPrograms()
  return folder === undefined
    ? { missing: `The PostgreSQL that apt-get has is older than ${OLDEST}.` }
    : { folder }
}

function reasonNotToInstall() {
  if (process.getuid?.() !== 0) return 'only root can install it'
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get to install it'
  return undefined
}

function install() {
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INSTALL_MS,
  }
  const apt = (...args) => execFileSync('apt-get', ['-qq', '-y', ...args], options)
  apt('update')
  apt('install', '--no-install-recommends', 'postgresql-common')
  const settings = readFileSync(CLUSTER_SETTINGS, 'utf8')
  const without = settings.replace(/^#?\s*create_main_cluster.*$/m, 'create_main_cluster = false')
  writeFileSync(CLUSTER_SETTINGS, without)
  apt('install', '--no-install-recommends', 'postgresql')
}
