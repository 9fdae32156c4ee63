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

The KEK is an RSA key whose only operation is import. The command needs no server.`

/** Defines the command: its options and its action. */
export function define(command: Command): void {
  command
    .description('Wrap a key under a KEK into a transfer blob (.byok), for an import.')
    .requiredOption(
      '--kek <file>',
      'file with the public part of the KEK: output of `key show`, a JWK, or PEM',
    )
    .option(
      '--kek-id <url>',
      'key identifier of the KEK with its version (default: the one in the file)',
    )
    .requiredOption(
      '--key <file>',
      'file with the private key: PEM, a JWK, or the bytes of a symmetric key',
    )
    .option('--out <file>', 'file to write the blob to (default: standard output)')
    .option('--generator <text>', 'name of the generator in the blob (default: pocket-hsm)')
    .addOption(
      new Option('--aes-bits <number>', 'bits of the AES key between KEK and key')
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
    throw serverError('BadOption', `--kek-id is required: ${file} has no key identifier.`)
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

/** A parser's error text may quote what it read, so it is left out. */
function unreadable(option: string, file: string, cause: unknown): Error {
  const { code = 'its format is unknown' } = cause as NodeJS.ErrnoException
  return serverError('BadOption', `${option}: ${file} cannot be read: ${code}.`)
}
