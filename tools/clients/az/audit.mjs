// Knows: how many requests of az reached an HSM, and how they ended.

import { get } from 'node:https'

const TOKEN = 'token-of-the-stories'

/** What a server is told, so that its audit trail can be read: without this token it asks for one of the authority. */
export const WITH_AUDIT = ['--control', '--control-token', TOKEN]

/** What the audit trail of an HSM has of an operation: asked of the server that listens at the port. */
export function readAudit(port, name, operation) {
  const options = {
    host: '127.0.0.1',
    port,
    path: `/control/audit?hsm=${name}&operation=${operation}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    // The server's own certificate, on loopback.
    rejectUnauthorized: false,
  }
  return new Promise((resolve, reject) => {
    get(options, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      if (response.statusCode === 200) resolve(JSON.parse(text))
      else reject(new Error(`${response.statusCode} ${text}`))
    }).on('error', reject)
  })
}
