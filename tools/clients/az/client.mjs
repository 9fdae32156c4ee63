// Knows: how az is found, pointed at a server by nothing but its own settings, and logged in.

import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureAzurite } from '../lib/azurite.mjs'
import { proxyVariables, startNames } from '../lib/names.mjs'
import { startPocketHsm } from '../lib/pocket-hsm.mjs'
import { runProgram } from '../lib/program.mjs'
import { startResourceManager } from '../lib/resource-manager.mjs'
import { prepareSharedServers } from '../lib/shared-servers.mjs'
import { startStorage } from '../lib/storage.mjs'
import { logIn } from './log-in.mjs'
import { play } from './play.mjs'
import { SAMPLE, STORIES } from './stories.mjs'

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
 * Plays the stories, each with a server of its own. One server with `--identity` logs az in for all of them, and the others
 * verify its tokens; but a story with `identity` has a server that does both. With `shared`, each story has two servers on
 * one PostgreSQL in place of one.
 *
 * @param {{ command: readonly string[], folder: string, wanted: RegExp, sample: boolean, shared: boolean,
 *   hear: (outcomes: readonly import('./play.mjs').Outcome[]) => void }} scene `hear` is told after each story.
 */
export async function runAz({ command, folder, wanted, sample, shared, hear }) {
  const certificates = join(folder, 'certificates')
  const identity = await startPocketHsm({ certificates, options: ['--identity'] })
  const manager = await startResourceManager({
    certificates,
    hsmName: NAMES['managed-hsm'],
    authority: identity.url,
  })
  const sharedServers = shared ? await prepareSharedServers() : undefined
  try {
    const env = {
      ...process.env,
      ...QUIET,
      ...proxyVariables(),
      AZURE_CONFIG_DIR: join(folder, CONFIG),
      REQUESTS_CA_BUNDLE: identity.caFile,
    }
    const cloud = { folder, authority: identity.url, resourceManager: manager.url }
    await logIn(command, { ...cloud, env, endings: ENDINGS })
    const stories = (sample ? SAMPLE : STORIES).filter(({ title, storage, serve }) => {
      if (!wanted.test(title)) return false
      return !shared || (!storage && !serve?.(folder).includes('--management'))
    })
    const azurite = stories.some(({ storage }) => storage) ? await ensureAzurite() : undefined
    await inTurns(stories, async (story) => {
      if (story.storage && azurite === undefined) {
        hear([{ title: story.title, fault: 'Azurite is not here, and cannot be installed.' }])
        return
      }
      const start = sharedServers?.start ?? startPocketHsm
      const scene = { command, env, folder, certificates, cloud, azurite, start }
      hear(await playWithServer(story, scene))
    })
  } finally {
    await Promise.all([manager.close(), identity.stop(), sharedServers?.close()])
  }
}

async function playWithServer(
  story,
  { command, env: loggedIn, folder: root, certificates, cloud, azurite, start },
) {
  const { title, profile = 'managed-hsm', endings, identity = false, serve } = story
  const folder = join(root, title.replace(/\W+/g, '-'))
  mkdirSync(folder)
  const kept = { ...story.before?.(folder) }
  const tokens = identity
    ? ['--identity']
    : ['--auth', 'jwt', '--authority', `${cloud.authority}/adfs`]
  const storage = story.storage && (await startStorage(azurite, story.storage, certificates))
  const server = await start({
    profile,
    name: NAMES[profile],
    certificates,
    options: [...tokens, ...(serve?.(folder) ?? [])],
    env: { NODE_EXTRA_CA_CERTS: loggedIn.REQUESTS_CA_BUNDLE },
  })
  const names = await startNames(server.port)
  try {
    // az writes into its folder, and does not like to do so twice at a time.
    const config = join(folder, 'az')
    cpSync(loggedIn.AZURE_CONFIG_DIR, config, { recursive: true })
    const env = { ...loggedIn, AZURE_CONFIG_DIR: config, ...proxyVariables(names.url) }
    const own = { authority: server.url, resourceManager: server.url }
    const at = { ...cloud, ...(identity && own), env, folder }
    if (endings || identity) {
      await logIn(command, { ...at, endings: endings?.(server.port) ?? ENDINGS })
    }
    const known = { ...kept, ...storage?.known, port: String(server.port), url: server.url }
    return await play(story, { command, env, folder, known })
  } finally {
    await Promise.all([names.close(), server.stop(), storage?.close()])
  }
}

const QUIET = {
  AZURE_CORE_COLLECT_TELEMETRY: 'no',
  AZURE_CORE_NO_COLOR: 'yes',
  AZURE_CORE_SURVEY_MESSAGE: 'no',
  PYTHONWARNINGS: 'ignore',
}

async function inTurns(tasks, run) {
  const waiting = tasks.values()
  const turn = async () => {
    for (const task of waiting) await run(task)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, turn))
}
