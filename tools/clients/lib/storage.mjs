// Holds: a blob storage beside a story, and signatures of every kind for it.

import { join } from 'node:path'
import { startAzurite } from './azurite.mjs'

/**
 * Starts a blob storage.
 *
 * @param {string} azurite The program.
 * @param {'http' | 'https'} scheme
 * @param {string} [certificates] The folder of a server's certificates, for https: the storage uses the same.
 */
export async function startStorage(azurite, scheme, certificates) {
  const tls = scheme === 'https' ? tlsFrom(join(certificates, 'server.pem')) : undefined
  const { account, container, sas, listBlobs, close } = await startAzurite(azurite, tls)
  const known = {
    account,
    container,
    listBlobs,
    sas: sas(),
    readOnly: sas('rl'),
    expired: sas('rcwl', -60),
    wrong: sas().replace(/sig=...../, 'sig=AAAAA'),
  }
  return { known, close }
}

/** One file has both. */
const tlsFrom = (pair) => ({ cert: pair, key: pair })
