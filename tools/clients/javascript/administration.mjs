// Knows: the requests about backups that @azure/keyvault-admin sends, by its sources. The project cannot install the
// package itself, so that they are sent by hand, with the fetch of Node.js.

import { setTimeout } from 'node:timers/promises'

const VERSION = 'api-version=7.6'

/** As the package cuts the URL of a folder: at its last slash. */
function cutAtLastSlash(folderUrl) {
  const { origin, pathname } = new URL(folderUrl)
  const cut = pathname.lastIndexOf('/')
  return { uri: `${origin}${pathname.slice(0, cut)}`, folder: pathname.slice(cut + 1) }
}

/** A place in a storage. Without a signature, the package asks for a managed identity. */
const place = (storageResourceUri, token) => ({
  storageResourceUri,
  ...(token !== undefined && { token }),
  useManagedIdentity: token === undefined,
})

/**
 * Makes a client of backups. Each of its methods resolves once the job has ended, and rejects with the code and the text of
 * one that has failed, as the package's pollers do.
 *
 * @param {string} url The server's.
 */
export function createBackupClient(url) {
  const send = (method, path, { token = 'any', body } = {}) =>
    fetch(`${url}${path}?${VERSION}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })

  /** Sends the request without a token and a body first: the challenge says where tokens come from. */
  const start = async (method, path, body) => {
    const challenge = await send(method, path, { token: null })
    if (challenge.status !== 401 || !/^Bearer /.test(challenge.headers.get('www-authenticate'))) {
      throw new Error(`no challenge, but ${challenge.status}`)
    }
    const response = await send(method, path, { body })
    const operation = await response.json()
    if (response.status !== 202) throw new Error(`${response.status} ${operation.error?.code}`)
    if (operation.startTime === undefined) throw new Error('The job did not start successfully.')
    return { operation, header: response.headers.get('azure-asyncoperation') }
  }

  /** Polls by the id of the job, as the older pollers do; the header, which newer ones may use, has to say the same. */
  const ended = async (kind, { operation: { jobId }, header }) => {
    const path = `/${kind}/${jobId}/pending`
    if (header !== `${url}${path}`) throw new Error(`The header is ${header}.`)
    for (;;) {
      const response = await send('GET', path)
      const operation = await response.json()
      if (response.status !== 200) throw new Error(`${response.status} ${operation.error?.code}`)
      if (operation.endTime) {
        if (operation.error?.code) {
          throw new Error(`(${operation.error.code}) ${operation.error.message}`)
        }
        if (operation.statusDetails) throw new Error(operation.statusDetails)
        return operation
      }
      await setTimeout(50)
    }
  }

  const backUp = (path) => async (container, token) =>
    ended('backup', await start('POST', path, place(container, token)))
  const restoreFrom = (pathOf, nameOfFolder) => async (folderUrl, token, key) => {
    const { uri, folder } = cutAtLastSlash(folderUrl)
    const body = { sasTokenParameters: place(uri, token), [nameOfFolder]: folder }
    return ended('restore', await start('PUT', pathOf(key), body))
  }
  return {
    beginBackup: backUp('/backup'),
    beginPreBackup: backUp('/prebackup'),
    beginRestore: restoreFrom(() => '/restore', 'folderToRestore'),
    beginPreRestore: restoreFrom(() => '/prerestore', 'folderToRestore'),
    beginSelectiveKeyRestore: restoreFrom((key) => `/keys/${key}/restore`, 'folder'),
    send,
  }
}
