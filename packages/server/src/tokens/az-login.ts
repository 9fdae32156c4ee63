/** What the Azure CLI asks at Resource Manager when a cloud is registered and someone logs in; nothing else of it. */

/** What az has to know about a server. */
export interface AzCloud {
  readonly names: readonly string[]
  readonly tenantId: string
}

/** The subscription that everyone has. */
const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001'

type Answer = (url: URL, cloud: AzCloud) => object

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/metadata/endpoints': metadata,
  '/subscriptions': (_, { tenantId }) => ({
    value: [
      {
        id: `/subscriptions/${SUBSCRIPTION}`,
        subscriptionId: SUBSCRIPTION,
        tenantId,
        displayName: 'pocket-hsm',
        state: 'Enabled',
      },
    ],
  }),
  '/tenants': (_, { tenantId }) => ({
    value: [{ id: `/tenants/${tenantId}`, tenantId, displayName: 'pocket-hsm' }],
  }),
}

/** Answers a request of az's login; `undefined` if it is another one. */
export function answerAzLogin({ method }: Request, url: URL, cloud: AzCloud): Response | undefined {
  const answer = method === 'GET' ? ANSWERS[url.pathname.replace(/\/$/, '')] : undefined
  return answer && Response.json(answer(url, cloud))
}

/** Where everything is. `--hsm-name contoso` is then the host `contoso.localhost`, with the port of the server. */
function metadata({ origin, port }: URL, { names }: AzCloud): object {
  const ending = suffixOf(names) + (port && `:${port}`)
  return {
    name: 'pocket-hsm',
    authentication: { loginEndpoint: `${origin}/adfs`, audiences: [origin], tenant: 'adfs' },
    resourceManager: origin,
    microsoftGraphResourceId: origin,
    graphAudience: origin,
    // az needs both, whichever it uses.
    suffixes: { mhsmDns: ending, keyVaultDns: ending },
  }
}

/** The domain of the first name. */
function suffixOf([name = '']: readonly string[]): string {
  const dot = name.indexOf('.')
  return dot < 0 ? 'localhost' : name.slice(dot + 1).toLowerCase()
}
