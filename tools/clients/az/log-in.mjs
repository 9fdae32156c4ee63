// Knows: how az is told of a cloud that is a server with `--identity`, and logged in there, without an account.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { objectIdOf } from '../../../packages/identity/dist/index.js'
import { runProgram } from '../lib/program.mjs'

const TENANT = '00000000-0000-4000-8000-00000000beef'
export const CLIENT = '00000000-0000-4000-8000-00000000c0de'

/** The service principal's object id in its tokens. */
export const CLIENT_OBJECT_ID = objectIdOf(CLIENT)

/** The login of a service principal: any secret is right. */
const LOGIN = ['--service-principal', '-u', CLIENT, '-p', 'anything', '--tenant', TENANT]

/**
 * Registers the cloud and logs in.
 *
 * @param {readonly string[]} command What starts az.
 * @param {{ env: Record<string, string>, folder: string, authority: string, resourceManager: string,
 *   endings: { hsms: string, vaults: string } }} cloud The servers, and the endings of the names of HSMs and vaults, such
 *   as `.managedhsm.azure.net`; a port may stand behind.
 */
export async function logIn(command, { env, folder, authority, resourceManager, endings }) {
  mkdirSync(env.AZURE_CONFIG_DIR, { recursive: true })
  const name = `pocket${new URL(authority).port}${endings.hsms.replace(/\W/g, '')}`
  const file = join(folder, `${name}.json`)
  const cloud = {
    endpoints: {
      // An authority that ends in /adfs is asked for no instance discovery, which would go to Microsoft.
      activeDirectory: `${authority}/adfs`,
      activeDirectoryResourceId: resourceManager,
      activeDirectoryGraphResourceId: resourceManager,
      microsoftGraphResourceId: resourceManager,
      management: resourceManager,
      resourceManager,
    },
    suffixes: {
      mhsmDns: endings.hsms,
      keyvaultDns: endings.vaults,
      storageEndpoint: 'core.windows.net',
    },
  }
  writeFileSync(file, JSON.stringify(cloud, undefined, 2))
  for (const line of [
    ['cloud', 'register', '-n', name, '--cloud-config', `@${file}`],
    ['cloud', 'set', '-n', name],
    ['login', ...LOGIN],
  ]) {
    const { status, stderr } = await runProgram([...command, ...line], { env })
    if (status !== 0) throw new Error(`az ${line.join(' ')}: ${stderr}`)
  }
}
