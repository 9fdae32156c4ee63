// pocket-hsm among the handlers of MSW.

import { createIdentityHandler } from '@pocket-hsm/identity'
import { createHandler } from '@pocket-hsm/rest'
import { http } from 'msw'

/**
 * Makes the request handlers of MSW for an HSM and for the tokens of any credential.
 *
 * @param {import('pocket-hsm').Hsm} hsm
 */
export function hsmHandlers(hsm) {
  const handler = createHandler(hsm)
  const identity = createIdentityHandler()
  return [
    http.all(`${hsm.baseUrl}/*`, ({ request }) => handler(request)),
    http.all('https://login.microsoftonline.com/*', ({ request }) => identity(request)),
    http.all('http://169.254.169.254/*', ({ request }) => identity(request)),
  ]
}
