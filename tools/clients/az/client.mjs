// Knows: how az is found, pointed at a server by nothing but its own settings, and logged in.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cloudOf, LOGIN, startAuthority } from '../lib/authority.mjs'
import { makeCertificates } from '../lib/certificates.mjs'
import { proxyVariables, startNames } from '../lib/names.mjs'
import { startPocketHsm } from '../lib/pocket-hsm.mjs'
import { runProgram } from '../lib/program.mjs'
import { play } from './play.mjs'
import { STORIES } from './stories.mjs'

/** The names of the HSMs: az makes addresses of them with the endings of its cloud. */
const NAMES = { 'managed-hsm': 'ContosoMHSM', 'vault-premium': 'ContosoVault' }

const ENDINGS = { hsms: '.managedhsm.azure.net', vaults: '.vault.azure.net' }

/** az makes an index of its commands in the folder of its settings, and takes its time: once is enough. */
const CONFIG = 'az'

/** As many at a time as this: each is a program of its own, and an HSM answers several. */
const AT_ONCE = 2

/**
 * The version of the az that a command starts.
 *
 * @param {readonly string[]} command
 * @returns {Promise<string | undefined>} `undefined` where there is none.
 */
export async function versionOfAz(command, folder) {
  const env = { ...process.env, ...QUIET, AZURE_CONFIG_DIR: join(folder, CONFIG) }
  const { status, stdout } = await runProgram([...command, 'version'], { env })
  return status === 0 ? JSON.parse(stdout)['azure-cli'] : undefined
}

/**
 * Plays the stories, each with a server of its own.
 *
 * @param {{ command: readonly string[], folder: string, wanted: RegExp,
 *   hear: (outcomes: readonly import('./play.mjs').Outcome[]) => void }} scene `hear` is told after each story.
 */
export async function runAz({ command, folder, wanted, hear }) {
  const tls = makeCertificates(folder)
  const authority = await startAuthority({ tls, hsmName: NAMES['managed-hsm'] })
  try {
    const env = { ...process.env, ...QUIET, ...proxyVariables() }
    const trusted = join(folder, 'authority-ca.pem')
    writeFileSync(trusted, tls.ca)
    const loggedIn = { ...env, AZURE_CONFIG_DIR: join(folder, CONFIG), REQUESTS_CA_BUNDLE: trusted }
    await logIn(command, loggedIn, authority.url, ENDINGS, folder)
    const stories = STORIES.filter(({ title }) => wanted.test(title))
    await inTurns(stories, async (story) => {
      hear(await playWithServer(story, { command, env: loggedIn, folder, authority, tls }))
    })
  } finally {
    await authority.close()
  }
}

async function playWithServer(story, { command, env: loggedIn, folder: root, authority, tls }) {
  const { title, profile = 'managed-hsm', endings, serve } = story
  const folder = join(root, title.replace(/\W+/g, '-'))
  mkdirSync(folder)
  const kept = { ...story.before?.(folder) }
  const server = await startPocketHsm({
    profile,
    name: NAMES[profile],
    certificates: join(folder, 'certificates'),
    options: serve?.(folder),
  })
  const names = await startNames(server.port)
  try {
    // The authorities that az trusts instead of the system's: the server's and the fake one's.
    const trusted = join(folder, 'trusted.pem')
    writeFileSync(trusted, `${tls.ca}${readFileSync(server.caFile, 'utf8')}`)
    // az writes into its folder, and does not like to do so twice at a time.
    const config = join(folder, 'az')
    cpSync(loggedIn.AZURE_CONFIG_DIR, config, { recursive: true })
    const env = {
      ...loggedIn,
      AZURE_CONFIG_DIR: config,
      REQUESTS_CA_BUNDLE: trusted,
      ...proxyVariables(names.url),
    }
    if (endings) await logIn(command, env, authority.url, endings(server.port), folder)
    const known = { ...kept, port: String(server.port) }
    return await play(story, { command, env, folder, known })
  } finally {
    await Promise.all([names.close(), server.stop()])
  }
}

const QUIET = {
  AZURE_CORE_COLLECT_TELEMETRY: 'no',
  AZURE_CORE_NO_COLOR: 'yes',
  AZURE_CORE_SURVEY_MESSAGE: 'no',
  PYTHONWARNINGS: 'ignore',
}

async function logIn(command, env, url, endings, folder) {
  mkdirSync(env.AZURE_CONFIG_DIR, { recursive: true })
  const name = `pocket${endings.hsms.replace(/\W/g, '')}`
  const cloud = join(folder, `${name}.json`)
  writeFileSync(cloud, JSON.stringify(cloudOf(url, endings), undefined, 2))
  for (const line of [
    ['cloud', 'register', '-n', name, '--cloud-config', `@${cloud}`],
    ['cloud', 'set', '-n', name],
    ['login', ...LOGIN],
  ]) {
    const { status, stderr } = await runProgram([...command, ...line], { env })
    if (status !== 0) throw new Error(`az ${line.join(' ')}: ${stderr}`)
  }
}

async function inTurns(tasks, run) {
  const waiting = tasks.values()
  const turn = async () => {
    for (const task of waiting) await run(task)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, turn))
}
