/** Answers what production code of this process sends to Azure. */

import { createIdentityHandler, type IdentityOptions } from '@pocket-hsm/identity'
import { createHandler, type Handler, type HandlerOptions, type Hsm } from '@pocket-hsm/rest'
import { checkOptions, OPTION_CHECKS, optionTable } from 'pocket-hsm'
import { kindOf } from '../transport/source.ts'
import { addInterception } from './active-interceptions.ts'
import { addressesOf, hsmsByHost, type InterceptedHsms } from './intercepted-hsms.ts'

declare global {
  interface SymbolConstructor {
    /** Declared for compilers whose `lib` does not have it; Node.js does. */
    readonly dispose: unique symbol
  }
}

/** What happens to a request that is none of Azure's: it goes to the network, or it fails. */
export type UnhandledRequestStrategy = 'bypass' | 'error'

/** The options of {@link interceptAzure}. Every member has a default. */
export interface InterceptAzureOptions {
  /**
   * The options of the handlers that answer for the HSMs, as for `createHandler`: faults, throttling, an authorizer.
   */
  readonly handler?: HandlerOptions
  /**
   * Who gets tokens: the options of `createIdentityHandler`, such as users and applications, or a handler. By default
   * anyone gets one. `false` leaves requests for tokens to an older interception or to the network.
   */
  readonly identity?: IdentityOptions | Handler | false
  /**
   * What happens to a request that is none of Azure's. `'bypass'`, the default, sends it to the network; `'error'` fails
   * it with an error that has its method and its URL. A function decides for each request; the request fails if the
   * function throws, or returns anything else, such as a promise.
   */
  readonly onUnhandledRequest?:
    | UnhandledRequestStrategy
    | ((request: Request) => UnhandledRequestStrategy)
}

/** Ends an interception: call it, or declare it with `using`. Only the first call has an effect. */
export interface Interception {
  (): void
  [Symbol.dispose](): void
}

/**
 * Answers in this process what it sends to Azure, whatever client sends it: `fetch`, `undici`, `node:http`, `node:https`, and so the
 * Azure SDK with its own transport and its own checks. Production code runs unchanged.
 *
 * Requests to the `baseUrl` of an HSM are answered by that HSM. Requests for tokens, to Entra ID or to the endpoint of a
 * managed identity, are answered by a stand-in, so that any credential of `@azure/identity` works. A request to a vault or
 * Managed HSM that does not exist fails like a name that DNS does not know, with the code `ENOTFOUND`. Other requests go to
 * the network by default.
 *
 * Interceptions stack: the newest that has an HSM with the requested address answers, and the newest that has a stand-in
 * issues the tokens. Other requests fail if any interception refuses them. Each ends by its own disposer, in any order.
 *
 * It applies to the thread that calls it. The `undici` package, versions 6 and 7, is reached through its global dispatcher.
 * Sockets and dispatchers that a program makes itself are not reached. A request to Azure that is on its way when the last
 * interception ends fails with `ERR_INTERCEPTION_ENDED`.
 *
 * @param hsms - One HSM, a list of HSMs with different addresses, or HSMs by host, as for `createHandler`.
 * @param options - See {@link InterceptAzureOptions}.
 * @returns Ends the interception; works with `using`.
 * @throws TypeError - what was given is no HSM, or two HSMs have one address.
 * @throws HsmError 400 `BadParameter` - an unknown or invalid option, or a host that no request can have, such as a URL.
 * @throws Error - in a browser or another place without Node.js's modules.
 *
 * @example
 * ```ts
 * import { DefaultAzureCredential } from '@azure/identity'
 * import { KeyClient } from '@azure/keyvault-keys'
 * import { interceptAzure } from '@pocket-hsm/azure'
 * import { createHsm } from 'pocket-hsm'
 *
 * const stop = interceptAzure(createHsm({ baseUrl: 'https://contoso.vault.azure.net', profile: 'vault-premium' }))
 * const client = new KeyClient('https://contoso.vault.azure.net', new DefaultAzureCredential())
 * const key = await client.createEcKey('orders')
 * key.keyType // 'EC'
 * stop()
 * ```
 */
export function interceptAzure(
  hsms: InterceptedHsms,
  options: InterceptAzureOptions = {},
): Interception {
  const byHost = hsmsByHost('interceptAzure', hsms)
  return startInterception('interceptAzure', () => byHost, options)
}

/**
 * Starts an interception whose HSMs may change.
 *
 * @param owner - The function that was called with the HSMs and the options, for the errors.
 * @param findHsms - Returns the HSMs of now.
 * @param findHsm - Returns the HSM of a host; defaults to the one in `findHsms`.
 */
export function startInterception(
  owner: string,
  findHsms: () => ReadonlyMap<string, Hsm>,
  options: InterceptAzureOptions,
  findHsm: (host: string) => Hsm | undefined = (host) => findHsms().get(host),
): Interception {
  checkOptions(owner, options, OPTIONS)
  const { handler = {}, identity = {}, onUnhandledRequest = 'bypass' } = options
  // What is wrong with an HSM or an option is an error now, not at the first request.
  createHandler(Object.fromEntries(findHsms()), handler)
  const handlers = new WeakMap<Hsm, Handler>()
  const handlerOf = (hsm: Hsm): Handler => {
    const known = handlers.get(hsm) ?? createHandler(hsm, handler)
    handlers.set(hsm, known)
    return known
  }
  const end = addInterception({
    findHsm,
    addresses: () => addressesOf(findHsms()),
    handlerOf,
    identity: identityOf(identity),
    refuses: (request) =>
      typeof onUnhandledRequest === 'function'
        ? isRefusal(owner, onUnhandledRequest(request.clone()))
        : onUnhandledRequest === 'error',
  })
  return Object.assign(end, { [Symbol.dispose]: end })
}

function identityOf(identity: IdentityOptions | Handler | false): Handler | undefined {
  if (identity === false) return undefined
  return typeof identity === 'function' ? identity : createIdentityHandler(identity)
}

/**
 * Whether what a function of the caller returned refuses a request.
 *
 * @throws TypeError - neither of the strategies, a promise of one included: to let the request pass then would be to let
 *   pass what the function meant to refuse.
 */
function isRefusal(owner: string, answer: unknown): boolean {
  if (answer === 'bypass' || answer === 'error') return answer === 'error'
  throw new TypeError(
    `The function onUnhandledRequest of ${owner} must return 'bypass' or 'error', and not a promise of it; it returned ${kindOf(answer)}.`,
  )
}

const STRATEGIES = OPTION_CHECKS.custom(
  "'bypass', 'error' or a function",
  (value) => value === 'bypass' || value === 'error' || typeof value === 'function',
)

const OPTIONS = optionTable<InterceptAzureOptions>({
  // createHandler checks its members.
  handler: OPTION_CHECKS.object,
  identity: OPTION_CHECKS.custom(
    'an object of options, a handler or false',
    (value) => value === false || typeof value === 'function' || typeof value === 'object',
  ),
  onUnhandledRequest: STRATEGIES,
})
