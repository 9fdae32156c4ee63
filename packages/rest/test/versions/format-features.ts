/** The tables of docs/api-versions.md, made of the rows. */

import type { ApiFeature, ApiService } from '../../src/index.ts'
import { API_FEATURES, API_VERSIONS, hasFeature } from '../../src/index.ts'

const SERVICES: readonly ApiService[] = ['managed-hsm', 'vault']

/** One line for each api-version: what it brings, in each service. */
export function formatVersions(): string {
  const lines = API_VERSIONS.map((version) => {
    const brought = API_FEATURES.flatMap((feature) => {
      const services = SERVICES.filter((service) => feature.since[service] === version)
      return services.length === 0 ? [] : [titleOf(feature, services)]
    })
    return `| \`${version}\` | ${brought.join('; ') || 'nothing more'} |`
  })
  return ['| api-version | brings |', '| --- | --- |', ...lines].join('\n')
}

function titleOf({ title, since }: ApiFeature, services: readonly ApiService[]): string {
  const everywhere = Object.keys(since).every((service) => services.includes(service as ApiService))
  const isBoth = services.length === SERVICES.length
  if (isBoth || (everywhere && since.vault === undefined)) return title
  return `${title} (${services.map((service) => NAMES[service]).join(', ')})`
}

const NAMES: Readonly<Record<ApiService, string>> = { 'managed-hsm': 'Managed HSM', vault: 'vault' }

/** One line for each feature: which versions have it, and what it consists of. */
export function formatFeatures(): string {
  const lines = API_FEATURES.map((feature) => {
    const { title, isServed, isAlwaysGated, operations, members, known } = feature
    const here = isServed === false ? 'not here' : 'yes'
    const isOfResponses = operations === undefined && members === undefined
    const older = isAlwaysGated || isOfResponses ? 'every handler' : 'a strict handler'
    return `| ${title} | ${versionsOf(feature, 'managed-hsm')} | ${versionsOf(feature, 'vault')} | ${partsOf(feature)} | ${here} | ${older} | ${known} |`
  })
  return [
    '| feature | Managed HSM | vault | operations, members, attributes | in pocket-hsm | older versions lack it for | known |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

/** From the decision that the handler makes, not from the row. */
function versionsOf(feature: ApiFeature, service: ApiService): string {
  const versions = API_VERSIONS.filter((version) => hasFeature(feature, version, service))
  const [first] = versions
  const last = versions.at(-1)
  if (first === undefined) return '-'
  return last === API_VERSIONS.at(-1) ? `since \`${first}\`` : `only \`${first}\``
}

function partsOf({ operations = [], members = {}, attributes = [] }: ApiFeature): string {
  const paths = Object.values(members).flatMap((ofOperation) =>
    Object.entries(ofOperation).flatMap(([path, values]) =>
      values === 'any' ? [path] : values.map((value) => `${path}: ${value}`),
    ),
  )
  const parts = [...operations, ...new Set(paths), ...attributes]
  return parts.map((part) => `\`${part}\``).join(', ')
}
