/** `pocket-hsm serve`. */

import { type Command, Option } from 'commander'
import type { ServerOptions } from '../options.ts'
import { type PocketServer, startServer } from '../start-server.ts'
import { type AccessOptions, accessOptions, addAccessOptions } from './shared/access-options.ts'
import { readEnvironment } from './shared/environment.ts'
import {
  addOperationOptions,
  type OperationOptions,
  operationOptions,
} from './shared/operation-options.ts'
import { readCertificate } from './shared/option-files.ts'
import { several, wholeNumber } from './shared/parse-option.ts'
import { addPostgresOptions, postgresOptions } from './shared/postgres-options.ts'
import { STATE_KEY, stateKeyOf } from './shared/state-key.ts'

/** The options of a command line, as commander names them. */
interface ServeOptions
  extends AccessOptions,
    OperationOptions,
    Pick<
      ServerOptions,
      | 'host'
      | 'port'
      | 'profile'
      | 'purgeProtection'
      | 'seed'
      | 'state'
      | 'stateKey'
      | 'postgres'
      | 'http'
    > {
  readonly name?: readonly string[]
  readonly retentionDays?: number
  readonly notActivated?: boolean
  readonly cert?: string
  readonly key?: string
  readonly certificates?: string
  readonly management?: boolean
  readonly storageHost?: readonly string[]
  readonly force?: boolean
  readonly printCa?: boolean
  readonly json?: boolean
}

const HELP = `
Examples:
  $ pocket-hsm serve --port 0 --json
        on any free port, with the ready line as JSON
  $ pocket-hsm serve --name contoso --name fabrikam --profile vault-premium
        two vaults: https://contoso.localhost:8443 and https://fabrikam.localhost:8443
  $ pocket-hsm serve --seed tests --control
        the same keys in every run, and control for \`pocket-hsm clock\` and \`pocket-hsm fault\`
  $ pocket-hsm serve --host 0.0.0.0 --auth jwt --authority https://login.example/tenant
        for other machines, with tokens of an authority
  $ pocket-hsm serve --name contoso --identity
        with tokens for az, DefaultAzureCredential and other clients, without an account
  $ pocket-hsm serve --state hsm.state
        with keys that survive a restart, a crash and kill -9
  $ pocket-hsm serve --postgres postgres://hsm@db/hsm --state-key state.key
        with keys that any number of servers share
  $ pocket-hsm serve --log json --ops-port 9464
        with a line a request on stderr, and /healthz, /readyz and /metrics

Every option has an environment variable: --retention-days 30 is POCKET_HSM_RETENTION_DAYS=30. A switch is true or false,
and what may be repeated is separated by commas. The command line wins.

Clients have to trust ca.pem: NODE_EXTRA_CA_CERTS (Node), SSL_CERT_FILE (Go), REQUESTS_CA_BUNDLE (az, Python),
keytool -importcert (Java), the user's certificate store (.NET). Stop the server with SIGINT (Ctrl-C) or SIGTERM.`

/** Defines the command: its options and its action. */
export function define(command: Command): void {
  command
    .description(
      'Serve HSMs over HTTPS until stopped. Without --state or --postgres, keys are in memory only.',
    )
    .option('--host <address>', 'address to listen at (default: 127.0.0.1)')
    .option(
      '--port <number>',
      'port to listen at; 0 for any free one (default: 8443)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--name <name>',
      'name of an HSM; repeat it for several HSMs (default: one HSM without a name)',
      several,
    )
    .addOption(
      new Option('--profile <profile>', 'service to behave like (default: managed-hsm)').choices([
        'managed-hsm',
        'vault-premium',
        'vault-standard',
      ]),
    )
    .option(
      '--retention-days <days>',
      'days for which a deleted key can be recovered: 7 to 90 (default: 90)',
      wholeNumber(7, 90),
    )
    .option('--purge-protection', 'protection of deleted keys from purging (default: off)')
    .option(
      '--not-activated',
      'new HSMs that have to be activated by a download or an upload of a security domain (default: off)',
    )
    .option('--seed <text>', 'seed of all randomness: the same keys in every run (default: none)')
    .option('--state <file>', 'file to store keys, settings and the clock in (default: none)')
    .option(
      '--state-key <file>',
      `file with the key of the state (env: ${STATE_KEY}, 64 hexadecimal digits; default: FILE.key, created with the state)`,
    )
    .option('--cert <file>', 'certificate with its chain, PEM (default: made by the server)')
    .option('--key <file>', 'private key of the certificate, PEM')
    .option(
      '--certificates <folder>',
      'folder for the certificates that the server makes (default: ~/.pocket-hsm)',
    )
    .addOption(
      new Option('--http', 'plain HTTP instead of HTTPS (default: off)').conflicts(['cert', 'key']),
    )
  addAccessOptions(command)
  command
    .option('--control', 'control API under /control, for callers on this machine (default: off)')
    .option(
      '--management',
      'management plane: Azure Resource Manager as far as Managed HSMs need it (default: off)',
    )
    .option(
      '--storage-host <host>',
      'host of blob storage for full backups, besides those of the clouds and this machine; may be repeated',
      several,
    )
    .option(
      '--force',
      'permission to listen on a non-loopback address without TLS or verified tokens (default: off)',
    )
    .option(
      '--print-ca',
      'print of the CA certificate that clients have to trust, PEM, instead of serving',
    )
    .option('--json', 'ready line as JSON')
    .addHelpText('after', HELP)
    .hook('preAction', () => readOptions(command))
    .action(async (options: ServeOptions) => {
      if (options.printCa) return printAuthority(options)
      // Before the start, so that no signal is lost while it starts.
      const stopped = stopSignal()
      const isFromEnvironment = (name: string) => command.getOptionValueSource(name) === 'env'
      const operation = await operationOptions(options, isFromEnvironment)
      const server = await startServer({ ...(await serverOptions(options)), ...operation })
      printReady(server, options)
      await stopped
      await server.close()
    })
  addPostgresOptions(command)
  addOperationOptions(command)
}

const warn = (text: string) => process.stderr.write(`warning: ${text}\n`)

/** Reads the environment. Warnings about it are lines of the log, if there is one. */
async function readOptions(command: Command): Promise<void> {
  const warnings: string[] = []
  readEnvironment(command, process.env, (text) => warnings.push(text))
  if (warnings.length === 0) return
  const { log } = command.opts<ServeOptions>()
  const { createLog } = await import('../log/create-log.ts')
  const lines = await createLog(log === 'off' ? undefined : log, warn)
  for (const text of warnings) {
    if (lines === undefined) warn(text)
    else lines.message('warn', text)
  }
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
  const { name, retentionDays, notActivated, cert, key, certificates, storageHost } = options
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
      'control',
      'management',
      'force',
    ]),
    ...(await accessOptions(options)),
    ...(name && { names: name }),
    ...(storageHost && { storageHosts: storageHost }),
    ...stateKeyOf(rest),
    ...postgresOptions(rest),
    ...(retentionDays !== undefined && { softDeleteRetentionDays: retentionDays }),
    ...(notActivated && { activated: false }),
    ...(certificates !== undefined && { certificateFolder: certificates }),
    ...((cert ?? key) !== undefined && { certificate: await readCertificate(cert, key) }),
    // With a log, warnings are lines of it.
    ...((options.log ?? 'off') === 'off' && { warn }),
  }
}

function pick<From extends object, Name extends keyof From>(
  from: From,
  names: readonly Name[],
): Pick<From, Name> {
  const there = names.filter((name) => from[name] !== undefined)
  return Object.fromEntries(there.map((name) => [name, from[name]])) as Pick<From, Name>
}

/** Prints the ready line, and with `--identity` the environment of clients: the only output of the command. */
function printReady(server: PocketServer, { json }: ServeOptions): void {
  const { url, urls, names, profile, caFile, opsUrl, environment, consoleUrl } = server
  const places = names.length > 1 ? Object.values(urls).join(', ') : url
  const trust = caFile === undefined ? '' : `; clients have to trust ${caFile}`
  const line = json
    ? JSON.stringify({
        url,
        urls,
        names,
        profile,
        ca: caFile,
        ops: opsUrl,
        console: consoleUrl,
        environment,
        pid: process.pid,
      })
    : `pocket-hsm serves a ${profile} at ${places}${consoleUrl ? `, console at ${consoleUrl}` : ''}${trust}`
  process.stdout.write(`${line}\n${json || !environment ? '' : exportsOf(environment)}`)
}

/** Commands for a POSIX shell. A managed identity is a choice: where both are set, programs prefer the service principal. */
function exportsOf(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('')
}

/** Resolves at the first signal. The second one ends the process at once, as Node does by default. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}
