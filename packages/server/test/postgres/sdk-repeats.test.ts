/** What the SDK sends when it sends a request again: servers on one database rely on it. */

import { createHttpHeaders, type HttpClient, RestError } from '@azure/core-rest-pipeline'
import { KeyClient } from '@azure/keyvault-keys'
import { describe, expect, it } from 'vitest'

const BUNDLE = { key: { kid: 'https://contoso.managedhsm.azure.net/keys/orders/1', kty: 'EC-HSM' } }

/** Answers with these statuses, the last one for ever, and notes who asks. */
function answering(...statuses: readonly (number | 'lost')[]) {
  const identifiers: (string | undefined)[] = []
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const { authorization } = request.headers.toJSON()
      if (authorization === undefined) {
        const challenge =
          'Bearer authorization="https://login.test/tenant", resource="https://managedhsm.azure.net"'
        const headers = createHttpHeaders({ 'www-authenticate': challenge })
        return { request, status: 401, headers }
      }
      identifiers.push(request.headers.get('x-ms-client-request-id'))
      const status = statuses[Math.min(identifiers.length, statuses.length) - 1]
      if (status === 'lost') throw new RestError('cut', { code: 'ECONNRESET', request })
      const body = status === 200 ? BUNDLE : { error: { code: 'ServiceUnavailable', message: '' } }
      const headers = createHttpHeaders({
        'content-type': 'application/json',
        'retry-after-ms': '1',
      })
      return { request, status: status ?? 500, headers, bodyAsText: JSON.stringify(body) }
    },
  }
  const client = new KeyClient(
    'https://contoso.managedhsm.azure.net',
    { getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 }) },
    { httpClient, retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 1 } },
  )
  return { client, identifiers }
}

describe('the SDK for JavaScript', () => {
  it.each<[number | 'lost']>([[503], [500], [429], ['lost']])(
    'keeps x-ms-client-request-id when it sends a request again after %s',
    async (status) => {
      const { client, identifiers } = answering(status, status, 200)
      await client.createKey('orders', 'EC-HSM')
      expect(identifiers).toHaveLength(3)
      expect(new Set(identifiers).size).toBe(1)
      expect(identifiers[0]).toMatch(/^[-0-9a-f]{36}$/)
    },
  )

  it('gives each call another one', async () => {
    const { client, identifiers } = answering(200)
    await client.createKey('orders', 'EC-HSM')
    await client.createKey('orders', 'EC-HSM')
    expect(new Set(identifiers).size).toBe(2)
  })
})
