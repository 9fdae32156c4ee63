/** In jest's realm, the undici package finds the dispatcher that the set-up file has put there before it. */

import { request } from 'undici'

const { expect, test } = globalThis

test('the undici package is answered', async () => {
  const headers = { authorization: 'Bearer any' }
  const url = 'https://contoso.vault.azure.net/keys?api-version=7.5'
  const { statusCode, body } = await request(url, { headers })
  expect([statusCode, await body.json()]).toEqual([200, { value: [], nextLink: null }])
})
