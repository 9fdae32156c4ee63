/** The audiences that tokens may have where none are configured. */

import { hostsOf } from '../hsms/hosts.ts'
import type { ServerSettings } from '../options.ts'

const CLOUDS = ['azure.net', 'azure.cn', 'usgovcloudapi.net']

/**
 * The resources that the challenge of this server may name: the service in each cloud, and the parent of each host that
 * the settings name. Nothing of a request is in them: a client could choose it.
 */
export function defaultAudiences({
  names,
  profile,
  port,
}: Pick<ServerSettings, 'names' | 'profile' | 'port'>): readonly string[] {
  const service = profile === 'managed-hsm' ? 'managedhsm' : 'vault'
  const parents = names
    .flatMap((name) => hostsOf(name, profile))
    .filter((host) => host.includes('.'))
    .map((host) => host.slice(host.indexOf('.') + 1))
  return [
    ...CLOUDS.map((cloud) => `https://${service}.${cloud}`),
    ...[...new Set(parents)].flatMap((parent) => [
      `https://${parent}`,
      ...(port === 0 ? [] : [`https://${parent}:${port}`]),
    ]),
  ]
}
