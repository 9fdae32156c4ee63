/** The files that options of `serve` name. */

import { readFile } from 'node:fs/promises'
import type { JsonWebKey } from 'pocket-hsm'
import { serverError } from '../../server-error.ts'

/** Reads the certificate of `--cert` and its key of `--key`. */
export async function readCertificate(
  cert: string | undefined,
  key: string | undefined,
): Promise<{ readonly cert: string; readonly key: string }> {
  if (cert === undefined || key === undefined) {
    throw serverError('BadOption', '--cert and --key must be given together.')
  }
  return { cert: await readOption('--cert', cert), key: await readOption('--key', key) }
}

/** Reads the key sets of `--attestation-keys ISSUER=FILE`. */
export async function readAttestationKeys(
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
  throw serverError('BadOption', `--attestation-keys: ${file} is not a JSON Web Key Set.`)
}

async function readOption(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw serverError('BadOption', `${option}: ${file} cannot be read: ${String(error)}`, error)
  }
}
