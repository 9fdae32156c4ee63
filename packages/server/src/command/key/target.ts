/** Which HSM and which key a command line means. */

import { isServedName } from '../../network/addresses.ts'
import { serverError } from '../../server-error.ts'
import type { IdOptions } from './options.ts'

/** A key, a version of it, or an HSM. */
export interface Target {
  /** Scheme and host of `--id`; those of the names in the cloud. Absent where the command line has neither. */
  readonly origin?: string
  /** Empty where a whole HSM is meant. */
  readonly name: string
  /** Empty for the latest. */
  readonly version: string
}

/** The path of a key, a version or what is below it. */
export function pathOf(collection: string, { name, version }: Target, verb?: string): string {
  const parts = [collection, encodeURIComponent(name), encodeURIComponent(version), verb]
  return `/${parts.filter((part) => part !== undefined && part !== '').join('/')}`
}

/**
 * Reads what the options name.
 *
 * A name stands for the host that it has in the cloud, so that identifiers look as they do there; one with a dot is a
 * host already.
 */
export function parseTarget(
  options: IdOptions,
  about: 'version' | 'key' | 'hsm' | 'nothing',
): Target {
  const { id, name = '', version = '', hsmName, vaultName } = options
  if (id !== undefined) return fromId(id, about)
  if (about !== 'hsm' && about !== 'nothing' && name === '') {
    throw serverError('BadOption', 'Which key: --name NAME [--hsm-name NAME], or --id URL.')
  }
  const host = hostOf(hsmName, 'managedhsm.azure.net') ?? hostOf(vaultName, 'vault.azure.net')
  return { name, version, ...(host !== undefined && { origin: `https://${host.toLowerCase()}` }) }
}

function hostOf(name: string | undefined, suffix: string): string | undefined {
  if (name === undefined) return undefined
  if (!isServedName(name)) throw serverError('BadOption', `No HSM has a name such as ${name}`)
  return name.includes('.') ? name : `${name}.${suffix}`
}

/** Of a key, of a version of it, or of a deleted key. */
const PATH = /^\/+(?:keys|deletedkeys)\/+([^/]+)(?:\/+([^/]+))?\/*$/i

function fromId(id: string, about: string): Target {
  const url = URL.canParse(id) ? new URL(id) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw serverError('BadOption', `--id must be a URL, not ${id}`)
  }
  if (about === 'hsm') return { origin: url.origin, name: '', version: '' }
  const [, name, version = ''] = PATH.exec(url.pathname) ?? []
  if (name === undefined) {
    throw serverError(
      'BadOption',
      `--id must be the identifier of a key such as https://contoso.managedhsm.azure.net/keys/orders, not ${id}`,
    )
  }
  return {
    origin: url.origin,
    name,
    version: about === 'version' ? version : '',
  }
}
