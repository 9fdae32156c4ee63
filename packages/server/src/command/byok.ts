/** `pocket-hsm byok`. */

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { createTransferBlob, type JsonWebKey, type TransferKek } from 'pocket-hsm'
import { serverError } from '../server-error.ts'

interface ByokOptions {
  readonly kek: string
  readonly kekId?: string
  readonly key: string
  readonly out?: string
  readonly generator?: string
  readonly aesBits: '128' | '192' | '256'
}

const HELP = `
Examples:
  $ az keyvault key show --hsm-name contoso --name kek > kek.json
  $ pocket-hsm byok --kek kek.json --key private.pem --out key.byok
  $ az keyvault key import --hsm-name contoso --name orders --byok-file key.byok --kty RSA
  $ pocket-hsm byok --kek kek.pem --kek-id https://localhost:8443/keys/kek/VERSION --key key.jwk

The KEK is an RSA key with the one operation import. Asks no server.`

/** Gives a command what `byok` takes and does. */
export function define(command: Command): void {
  command
    .description('Wraps a key into the transfer blob (.byok) that an import takes, under a KEK.')
    .requiredOption(
      '--kek <file>',
      'the public part of the KEK: what `key show` prints, a JWK, or PEM',
    )
    .option('--kek-id <url>', 'its key identifier with the version, where the file has none')
    .requiredOption(
      '--key <file>',
      'the private key: PEM or a JWK; other bytes are a symmetric key',
    )
    .option('--out <file>', 'where to (default: the standard output)')
    .option('--generator <text>', 'what the blob says it was made by (default: pocket-hsm)')
    .addOption(
      new Option('--aes-bits <number>', 'the AES key between KEK and key')
        .choices(['128', '192', '256'])
        .default('256'),
    )
    .addHelpText('after', HELP)
    .action(async (options: ByokOptions) => {
      const { generator, aesBits, out } = options
      const blob = createTransferBlob(await readKek(options), await readKey(options.key), {
        aesKeyBits: Number(aesBits) as 128 | 192 | 256,
        ...(generator !== undefined && { generator }),
      })
      if (out === undefined) process.stdout.write(blob)
      else await writeFile(out, blob)
    })
}

async function readKek({ kek: file, kekId }: ByokOptions): Promise<TransferKek> {
  const text = (await readOption('--kek', file)).toString('utf8')
  const given = isPem(text) ? publicJwk(text, file) : parseJson('--kek', file, text)
  const { kid, n, e } = (given['key'] ?? given) as Partial<TransferKek>
  const id = kekId ?? kid
  if (id === undefined) {
    throw serverError('BadOption', `--kek-id is needed: ${file} does not name the KEK.`)
  }
  // The Azure CLI prints numbers in the other alphabet of base64.
  return { kid: id, n: toBase64url(n), e: toBase64url(e) }
}

const toBase64url = (text: string | undefined) =>
  text?.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

async function readKey(file: string): Promise<JsonWebKey | Uint8Array> {
  const bytes = await readOption('--key', file)
  const text = bytes.toString('latin1').trim()
  if (isPem(text)) return privateJwk(text, file)
  if (text.startsWith('{')) return parseJson('--key', file, text) as unknown as JsonWebKey
  return new Uint8Array(bytes)
}

const isPem = (text: string): boolean => text.includes('-----BEGIN ')

function privateJwk(pem: string, file: string): JsonWebKey {
  try {
    return createPrivateKey(pem).export({ format: 'jwk' }) as JsonWebKey
  } catch (error) {
    throw unreadable('--key', file, error)
  }
}

function publicJwk(pem: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return { ...createPublicKey(pem).export({ format: 'jwk' }) }
  } catch (error) {
    throw unreadable('--kek', file, error)
  }
}

function parseJson(option: string, file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch (error) {
    throw unreadable(option, file, error)
  }
}

async function readOption(option: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw unreadable(option, file, error)
  }
}

/** What a parser says may quote what it read: it is not told. */
function unreadable(option: string, file: string, cause: unknown): Error {
  const { code = 'it is not of a form that is known' } = cause as NodeJS.ErrnoException
  return serverError('BadOption', `${option}: ${file} cannot be read: ${code}.`)
}
