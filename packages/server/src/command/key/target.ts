/** The HSM and the key of a command line. */

import { isServedName } from '../../network/addresses.ts'
import { serverError } from '../../server-error.ts'
import type { IdOptions } from './options.ts'

/** A key, a version of it, or an HSM. */
export interface Target {
  /** Scheme and host: those of `--id`, or of the name's host in the cloud. Absent if there is neither. */
  readonly origin?: string
  /** Empty for a whole HSM. */
  readonly name: string
  /** Empty for the latest. */
  readonly version: string
}

/** The path of a key or a version, with an operation or without. */
export function pathOf(collection: string, { name, version }: Target, verb?: string): string {
  const parts = [collection, encodeURIComponent(name), encodeURIComponent(version), verb]
  return `/${parts.filter((part) => part !== undefined && part !== '').join('/')}`
}

/**
 * Finds the target of the options.
 *
 * A name becomes its host in the cloud, so that identifiers look as they do there; a name with a dot is itself a host.
 */
export function parseTarget(
  options: IdOptions,
  about: 'version' | 'key' | 'hsm' | 'nothing',
): Target {
  const { id, name = '', version = '', hsmName, vaultName } = options
  if (id !== undefined) return fromId(id, about)
  if (about !== 'hsm' && about !== 'nothing' && name === '') {
    throw serverError('BadOption', 'A key is required: --name NAME [--hsm-name NAME], or --id URL.')
  }
  const host = hostOf(hsmName, 'managedhsm.azure.net') ?? hostOf(vaultName, 'vault.azure.net')
  return { name, version, ...(host !== undefined && { origin: `https://${host.toLowerCase()}` }) }
}

function hostOf(name: string | undefined, suffix: string): string | undefined {
  if (name === undefined) return undefined
  if (!isServedName(name))
    throw serverError('BadOption', `An HSM name must be a host name, not ${name}.`)
  return name.includes('.') ? name : `${name}.${suffix}`
}

/** Of a key, of a version of it, or of a deleted key. */
const PATH = /^\/+(?:keys|deletedkeys)\/+([^/]+)(?:\/+([^/]+))?\/*$/i

function fromId(id: string, about: string): Target {
  const url = URL.canParse(id) ? new URL(id) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw serverError('BadOption', `--id must be a URL, not ${id}.`)
  }
  if (about === 'hsm') return { origin: url.origin, name: '', version: '' }
  const [, name, version = ''] = PATH.exec(url.pathname) ?? []
  if (name === undefined) {
    throw serverError(
      'BadOption',
      `--id must be the identifier of a key such as https://contoso.managedhsm.azure.net/keys/orders, not ${id}.`,
    )
  }
  return {
    origin: url.origin,
    name,
    version: about === 'version' ? version : '',
  }
}
