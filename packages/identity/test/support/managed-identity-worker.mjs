// Gets a token with ManagedIdentityCredential on a thread of its own: MSAL decides once for a whole thread where managed
// identities come from.

import { parentPort, workerData } from 'node:worker_threads'
import { ManagedIdentityCredential } from '@azure/identity'
import { BatchInterceptor } from '@mswjs/interceptors'
import { ClientRequestInterceptor } from '@mswjs/interceptors/ClientRequest'
import { createIdentityHandler } from '@pocket-hsm/identity'

const identity = createIdentityHandler({ seed: 'worker' })
const requests = []
const interceptor = new BatchInterceptor({
  name: 'identity',
  interceptors: [new ClientRequestInterceptor()],
})
interceptor.apply()
interceptor.on('request', async ({ request, controller }) => {
  const { origin, pathname } = new URL(request.url)
  requests.push(`${request.method} ${origin}${pathname}`)
  controller.respondWith(await identity(request))
})
const { token } = await new ManagedIdentityCredential(workerData).getToken(
  'https://vault.azure.net/.default',
)
parentPort?.postMessage({ requests, ...identity.verifyToken(token) })
interceptor.dispose()
