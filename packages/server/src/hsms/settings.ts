/** Parses the options of a server. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isLoopback, isServedName } from '../network/addresses.ts'
import type { ServerLimits, ServerOptions, ServerSettings } from '../options.ts'
import { checkPostgresOptions } from '../postgres/postgres-settings.ts'
import { serverError } from '../server-error.ts'
import { checkAccessOptions } from './access-options.ts'
import { checkServerOptions } from './option-checks.ts'

const LIMITS: Required<ServerLimits> = {
  maxBodyLength: 4 * 1024 * 1024,
  maxHeaderLength: 16 * 1024,
  maxConnections: 1000,
  requestSeconds: 30,
  answerSeconds: 120,
}

/**
 * Completes the options with their defaults.
 *
 * @throws `BadOption` - an unknown option, or a value that is not allowed.
 * @throws `RefusedBinding` - an address that other machines can reach, without protection.
 */
export function parseSettings(options: ServerOptions): ServerSettings {
  checkServerOptions(options)
  const given = present(options)
  const settings: ServerSettings = {
    host: '127.0.0.1',
    port: 8443,
    names: [],
    profile: 'managed-hsm',
    softDeleteRetentionDays: 90,
    purgeProtection: false,
    activated: true,
    http: false,
    postgres: false,
    identity: false,
    auth: given.identity ? 'jwt' : 'any',
    attestationKeys: {},
    attestationIssuers: [],
    control: given.console ?? false,
    console: false,
    opsHost: '127.0.0.1',
    rbac: false,
    administrators: [],
    management: false,
    storageHosts: [],
    force: false,
    warn: () => {},
    ...given,
    certificateFolder: resolve(given.certificateFolder ?? join(homedir(), '.pocket-hsm')),
    limits: { ...LIMITS, ...present(given.limits ?? {}) },
  }
  checkNames(settings)
  checkCombinations(settings)
  checkOperation(settings, given)
  checkAccessOptions(settings)
  checkPostgresOptions(settings)
  if (settings.authority !== undefined) checkAuthority(settings.authority)
  for (const issuer of settings.attestationIssuers) checkIssuer(issuer)
  checkEkmProxy(settings)
  checkBinding(settings)
  return settings
}

/** Without the members that are `undefined` or `null`: they have their defaults. */
function present<Options extends object>(options: Options): Options {
  const entries = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== null,
  )
  return Object.fromEntries(entries) as Options
}

function checkNames({ names }: ServerSettings): void {
  const wrong = names.find((name) => !isServedName(name))
  if (wrong !== undefined) {
    throw badOption(`names must be host names without a port, not ${wrong}.`)
  }
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw badOption(`names must be different from each other, not ${names.join(', ')}.`)
  }
}

function checkCombinations({
  http,
  certificate,
  auth,
  authority,
  audiences,
  identity,
  profile,
  activated,
}: ServerSettings): void {
  if (http && certificate !== undefined) {
    throw badOption('certificate cannot be used with http: plain HTTP has no certificates.')
  }
  if (identity && authority !== undefined) {
    throw badOption('authority cannot be used with identity: the server itself issues the tokens.')
  }
  if (auth === 'jwt' && !identity && authority === undefined) {
    throw badOption('auth jwt needs authority: the issuer whose keys verify the tokens.')
  }
  if (auth !== 'jwt' && audiences !== undefined) {
    throw badOption('audiences can be used only with auth jwt.')
  }
  if (!activated && profile !== 'managed-hsm') {
    throw badOption('activated: a vault needs no activation; only a Managed HSM does.')
  }
  if (audiences?.length === 0) throw badOption('audiences must have at least one item.')
}

/** The options for operators. */
function checkOperation(settings: ServerSettings, given: ServerOptions): void {
  const { control, controlToken, opsPort, opsHost, port, host, auditLog, state } = settings
  if (settings.console && !control) throw badOption('console needs control, which is off.')
  if (settings.console && settings.postgres) {
    throw badOption('console cannot be used with postgres: it shows all keys of an HSM at once.')
  }
  if (controlToken !== undefined && !control) {
    throw badOption('controlToken can be used only with control.')
  }
  // Never with the token: error texts are logged.
  if (controlToken !== undefined && !/^[\x21-\x7e]{16,1024}$/.test(controlToken)) {
    throw badOption('controlToken must be 16 to 1,024 visible ASCII characters without spaces.')
  }
  if (auditLog === '') throw badOption('auditLog must be the name of a file.')
  if (auditLog !== undefined && state !== undefined && resolve(auditLog) === resolve(state)) {
    throw badOption('auditLog must be another file than state.')
  }
  if (opsPort === undefined && given.opsHost !== undefined) {
    throw badOption('opsHost can be used only with opsPort.')
  }
  if (opsPort === port && port !== 0 && opsHost === host) {
    throw badOption(`opsPort must be another port than port, not ${port} too.`)
  }
}

/** It is written into the challenge as it is, so no character may end its value there. */
function checkAuthority(authority: string): void {
  const url = URL.canParse(authority) ? new URL(authority) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  const hasMore = url?.search || url?.hash || url?.username || /["\s,=]/.test(authority)
  if (isSafe && !hasMore) return
  throw badOption(`authority must be an https URL without a query, not ${authority}.`)
}

function checkIssuer(issuer: string): void {
  if (URL.canParse(issuer) && new URL(issuer).protocol === 'https:') return
  throw badOption(`attestationIssuers must be https URLs, not ${issuer}.`)
}

function checkEkmProxy({ ekmProxy, externalKeyManager, profile }: ServerSettings): void {
  if (ekmProxy === undefined && externalKeyManager === undefined) return
  const name = ekmProxy === undefined ? 'externalKeyManager' : 'ekmProxy'
  if (profile !== 'managed-hsm') {
    throw badOption(`${name}: a vault has no external keys; only a Managed HSM does.`)
  }
  if (ekmProxy === undefined) return
  if (externalKeyManager !== undefined) {
    throw badOption('ekmProxy cannot be used with externalKeyManager.')
  }
  const url = URL.canParse(ekmProxy) ? new URL(ekmProxy) : undefined
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (isHttp && !url?.search && !url?.hash && !url?.username) return
  throw badOption('ekmProxy must be an http or https URL without a query.')
}

/** Anyone who reaches an unprotected server can use every key in it. */
function checkBinding({ host, http, auth, identity, force, warn }: ServerSettings): void {
  const isVerified = auth === 'jwt' && !identity
  if (isLoopback(host) || (!http && isVerified)) return
  const missing = [
    ...(http ? ['without TLS, tokens and plaintexts can be read on the network'] : []),
    ...(isVerified ? [] : ['without verified tokens, anyone can use and delete every key']),
    ...(identity ? ['with identity, anyone can get a token'] : []),
  ].join('; ')
  if (!force) {
    throw serverError(
      'RefusedBinding',
      `Other machines can reach ${host}: ${missing}. Use TLS with --auth jwt, or pass --force.`,
    )
  }
  warn(`Other machines can reach ${host}: ${missing}.`)
}

const badOption = (message: string): Error => serverError('BadOption', message)
