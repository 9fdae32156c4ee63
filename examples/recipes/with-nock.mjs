// pocket-hsm behind nock.

import { createIdentityHandler } from '@pocket-hsm/identity'
import { createHandler } from '@pocket-hsm/rest'
import nock from 'nock'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Lets nock answer for an HSM and for the tokens of any credential, until `nock.cleanAll()`.
 *
 * @param {import('pocket-hsm').Hsm} hsm
 */
export function nockHsm(hsm) {
  const identity = createIdentityHandler()
  nockWith(hsm.baseUrl, createHandler(hsm))
  nockWith('https://login.microsoftonline.com', identity)
  nockWith('http://169.254.169.254', identity)
}

function nockWith(origin, handler) {
  const scope = nock(origin).persist()
  for (const method of METHODS) {
    scope.intercept(/.*/, method).reply(async function reply(path, body) {
      const { headers } = this.req
      // nock has parsed JSON; a form stays text.
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const init = { method, headers, ...(method !== 'GET' && { body: text }) }
      const response = await handler(new Request(new URL(path, origin), init))
      return [response.status, await response.text(), Object.fromEntries(response.headers)]
    })
  }
}
