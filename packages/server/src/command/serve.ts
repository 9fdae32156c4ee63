/** `pocket-hsm serve`. */

import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import type { JsonWebKey } from 'pocket-hsm'
import type { ServerOptions } from '../options.ts'
import { serverError } from '../server-error.ts'
import { type PocketServer, startServer } from '../start-server.ts'
import { several, wholeNumber } from './shared/parse-option.ts'
import { STATE_KEY, stateKeyOf } from './shared/state-key.ts'

/** What commander gives of the command line. */
interface ServeOptions
  extends Pick<
    ServerOptions,
    | 'host'
    | 'port'
    | 'profile'
    | 'purgeProtection'
    | 'seed'
    | 'state'
    | 'stateKey'
    | 'http'
    | 'auth'
    | 'authority'
  > {
  readonly name?: readonly string[]
  readonly retentionDays?: number
  readonly cert?: string
  readonly key?: string
  readonly certificates?: string
  readonly audience?: readonly string[]
  readonly attestationKeys?: readonly string[]
  readonly control?: boolean
  readonly force?: boolean
  readonly printCa?: boolean
  readonly json?: boolean
}

const HELP = `
Examples:
  $ pocket-hsm serve --port 0 --json
        takes a free port and tells it as JSON
  $ pocket-hsm serve --name contoso --name fabrikam --profile vault-premium
        two vaults: https://contoso.localhost:8443 and https://fabrikam.localhost:8443
  $ pocket-hsm serve --seed tests --control
        the same keys in every run; clock and faults for \`pocket-hsm clock\` and \`pocket-hsm fault\`
  $ pocket-hsm serve --host 0.0.0.0 --auth jwt --authority https://login.example/tenant
        for other machines, with tokens that the authority signed
  $ pocket-hsm serve --state hsm.state
        keys that are there again after the next start, whatever ended this one

Clients trust the authority in ca.pem: NODE_EXTRA_CA_CERTS (Node), SSL_CERT_FILE (Go), REQUESTS_CA_BUNDLE (az, Python),
keytool -importcert (Java), the user's certificate store (.NET). Ends on SIGINT and SIGTERM.`

/** Gives a command what `serve` takes and does. */
export function define(command: Command): void {
  command
    .description(
      'Serves HSMs over HTTPS until it is told to stop. Without --state the keys are in memory alone.',
    )
    .option('--host <address>', 'where to listen (default: 127.0.0.1)')
    .option(
      '--port <number>',
      'where to listen; 0 takes a free one (default: 8443)',
      wholeNumber(0, 65_535),
    )
    .option('--name <name>', 'an HSM for this host; may be repeated', several)
    .addOption(
      new Option(
        '--profile <profile>',
        'which service to behave like (default: managed-hsm)',
      ).choices(['managed-hsm', 'vault-premium', 'vault-standard']),
    )
    .option(
      '--retention-days <days>',
      'how long deleted keys stay: 7 to 90 (default: 90)',
      wholeNumber(7, 90),
    )
    .option('--purge-protection', 'deleted keys stay until their retention has passed')
    .option('--seed <text>', 'the same keys in every run')
    .option('--state <file>', 'keep everything in this file; what is answered is on the disk')
    .option(
      '--state-key <file>',
      `the key of the state; or its 64 hexadecimal digits in ${STATE_KEY} (default: FILE.key, which is made)`,
    )
    .option('--cert <file>', 'a certificate of your own with its chain, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--certificates <folder>', 'where made certificates are kept (default: ~/.pocket-hsm)')
    .addOption(new Option('--http', 'plain HTTP').conflicts(['cert', 'key']))
    .addOption(
      new Option(
        '--auth <who>',
        'any: with any bearer token; none: without one too; jwt: with one of the authority (default: any)',
      ).choices(['any', 'none', 'jwt']),
    )
    .option('--authority <url>', 'who gives tokens')
    .option(
      '--audience <text>',
      'an audience of accepted tokens, with --auth jwt; may be repeated',
      several,
    )
    .option(
      '--attestation-keys <issuer=file>',
      'the key set (JWKS) of an attestation authority; may be repeated',
      several,
    )
    .option('--control', 'answer /control, to this machine alone')
    .option('--force', 'listen where others can reach it, whoever may read or do what')
    .option('--print-ca', 'print the authority that clients have to trust, PEM, and end')
    .option('--json', 'tell about it as JSON')
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => {
      if (options.printCa) return printAuthority(options)
      // From now on, so that a signal that comes while it starts is not lost.
      const stopped = stopSignal()
      const server = await startServer(await serverOptions(options))
      tell(server, options)
      await stopped
      await server.close()
    })
}

async function printAuthority({ certificates }: ServeOptions): Promise<void> {
  const { parseSettings } = await import('../hsms/settings.ts')
  const { ensureAuthority } = await import('../certificates/ensure-certificates.ts')
  const { certificateFolder } = parseSettings({
    ...(certificates !== undefined && { certificateFolder: certificates }),
  })
  const { cert } = await ensureAuthority(certificateFolder, Date.now())
  process.stdout.write(cert)
}

async function serverOptions(options: ServeOptions): Promise<ServerOptions> {
  const { name, retentionDays, cert, key, certificates, audience, attestationKeys } = options
  const { printCa, json, ...rest } = options
  return {
    ...pick(rest, [
      'host',
      'port',
      'profile',
      'purgeProtection',
      'seed',
      'state',
      'http',
      'auth',
      'authority',
      'control',
      'force',
    ]),
    ...(name && { names: name }),
    ...stateKeyOf(rest),
    ...(retentionDays !== undefined && { softDeleteRetentionDays: retentionDays }),
    ...(certificates !== undefined && { certificateFolder: certificates }),
    ...(audience && { audiences: audience }),
    ...((cert ?? key) !== undefined && { certificate: await readCertificate(cert, key) }),
    ...(attestationKeys && { attestationKeys: await readAttestationKeys(attestationKeys) }),
    warn: (text) => process.stderr.write(`warning: ${text}\n`),
  }
}

function pick<From extends object, Name extends keyof From>(
  from: From,
  names: readonly Name[],
): Pick<From, Name> {
  const there = names.filter((name) => from[name] !== undefined)
  return Object.fromEntries(there.map((name) => [name, from[name]])) as Pick<From, Name>
}

async function readCertificate(cert: string | undefined, key: string | undefined) {
  if (cert === undefined || key === undefined) {
    throw serverError('BadOption', '--cert and --key are given together.')
  }
  return { cert: await readOption('--cert', cert), key: await readOption('--key', key) }
}

async function readAttestationKeys(
  pairs: readonly string[],
): Promise<Readonly<Record<string, readonly JsonWebKey[]>>> {
  const entries = pairs.map(async (pair) => {
    const [, issuer = '', file = ''] = /^(.+)=([^=]+)$/.exec(pair) ?? []
    if (issuer === '') {
      throw serverError('BadOption', `--attestation-keys must be ISSUER=FILE, not ${pair}.`)
    }
    return [issuer, keysOf(await readOption('--attestation-keys', file), file)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function keysOf(text: string, file: string): readonly JsonWebKey[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown }
    if (Array.isArray(keys)) return keys
  } catch {}
  throw serverError('BadOption', `--attestation-keys: ${file} is no JSON Web Key Set.`)
}

async function readOption(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw serverError('BadOption', `${option}: ${file} cannot be read: ${String(error)}`, error)
  }
}

/** One line, and nothing before it. */
function tell({ url, names, profile, caFile }: PocketServer, { json }: ServeOptions): void {
  const facts = { url, names, profile, ca: caFile, pid: process.pid }
  const trust = caFile === undefined ? '' : `; clients trust ${caFile}`
  const line = json
    ? JSON.stringify(facts)
    : `pocket-hsm serves a ${facts.profile} at ${url}${trust}`
  process.stdout.write(`${line}\n`)
}

/** A second signal ends the process at once, as the first took the place of Node's own way only once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}
