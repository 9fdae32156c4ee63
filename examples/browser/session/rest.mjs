import { createHandler } from '@pocket-hsm/rest'
import { assert } from 'chai'
import { createHsm, verify } from 'pocket-hsm'
import { fromBase64url, toBase64url } from './base64url.mjs'
import { digest } from './sample.mjs'

export async function rest(step) {
  const hsm = createHsm()
  const handler = createHandler(hsm)
  const call = (method, path, body, headers = { authorization: 'Bearer any' }) =>
    handler(
      new Request(`${hsm.baseUrl}/${path}?api-version=2025-07-01`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      }),
    )

  await step({
    title: 'challenges a request without a token',
    run: () => call('GET', 'keys/orders', undefined, {}),
    verifier: 'chai',
    check({ status, headers }) {
      assert.equal(status, 401)
      assert.match(headers.get('www-authenticate'), /^Bearer authorization=/)
    },
  })
  const { key } = await step({
    title: 'makes a key over REST',
    run: async () => (await call('POST', 'keys/orders/create', { kty: 'EC-HSM' })).json(),
    verifier: 'chai',
    check: (bundle) => assert.match(bundle.key.kid, /\/keys\/orders\/[0-9a-f]{32}$/),
  })
  await step({
    title: 'signs over REST what the engine verifies',
    async run() {
      const response = await call('POST', 'keys/orders/sign', {
        alg: 'ES256',
        value: toBase64url(digest),
      })
      return response.json()
    },
    verifier: 'chai',
    check({ kid, value }) {
      assert.equal(kid, key.kid)
      const signature = fromBase64url(value)
      assert.isTrue(verify(hsm, kid, { alg: 'ES256', digest, value: signature }))
    },
  })
  await step({
    title: 'answers 404 in the words of the service',
    run: async () => (await call('GET', 'keys/receipts')).json(),
    verifier: 'chai',
    check: ({ error }) => assert.equal(error.code, 'KeyNotFound'),
  })
}
