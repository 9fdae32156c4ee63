/** Request bodies of the management plane. */

import { badManagementRequest } from './errors.ts'
import type { GroupResource, SentParts } from './resources.ts'

type Json = Readonly<Record<string, unknown>>

/** What a request says of a Managed HSM; a member that is absent was not sent. */
export interface HsmRequest extends Partial<SentParts> {
  readonly location?: string
  readonly tenantId?: string
  readonly administrators?: readonly string[]
  readonly softDeleteRetentionDays?: number
  readonly purgeProtection?: boolean
  readonly isRecovery: boolean
}

const SKUS: readonly string[] = [
  'Standard_B1',
  'Custom_B32',
  'Custom_B6',
  'Custom_C42',
  'Custom_C10',
]

/** Parses the body of PUT and PATCH of a Managed HSM. */
export function parseHsmRequest(body: unknown): HsmRequest {
  const source = objectOf(body, 'The request body')
  const properties = optional(source['properties'], (value) => objectOf(value, 'properties')) ?? {}
  const read = <Value>(
    from: Json,
    name: string,
    parse: (value: unknown, name: string) => Value,
  ): Value | undefined => optional(from[name], (value) => parse(value, name))
  const parsed = {
    location: read(source, 'location', locationOf),
    tags: read(source, 'tags', tagsOf),
    sku: read(source, 'sku', skuOf),
    identity: read(source, 'identity', smallObject),
    tenantId: read(properties, 'tenantId', guidOf),
    administrators: read(properties, 'initialAdminObjectIds', administratorsOf),
    softDeleteRetentionDays: read(properties, 'softDeleteRetentionInDays', retentionOf),
    purgeProtection: read(properties, 'enablePurgeProtection', flagOf),
    networkAcls: read(properties, 'networkAcls', smallObject),
    publicNetworkAccess: read(properties, 'publicNetworkAccess', accessOf),
    regions: read(properties, 'regions', regionsOf),
  }
  const mode = read(properties, 'createMode', textOf) ?? 'default'
  if (!/^(default|recover)$/i.test(mode)) {
    throw badManagementRequest('createMode must be default or recover.')
  }
  const given = Object.entries(parsed).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), isRecovery: /^recover$/i.test(mode) }
}

/** Parses the body of PUT of a resource group. */
export function parseGroup(name: string, body: unknown): GroupResource {
  const source = objectOf(body, 'The request body')
  const location = locationOf(source['location'], 'location')
  return { name, location, tags: optional(source['tags'], tagsOf) ?? {} }
}

/** Parses the body of checkMhsmNameAvailability. */
export function parseCheckName(body: unknown): string {
  return textOf(objectOf(body, 'The request body')['name'], 'name')
}

const optional = <Value>(value: unknown, parse: (value: unknown) => Value): Value | undefined =>
  value === undefined || value === null ? undefined : parse(value)

function objectOf(value: unknown, name: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw badManagementRequest(`${name} must be a JSON object.`)
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 1024) return value
  throw badManagementRequest(`${name} must be a string.`)
}

const LOCATION = /^[a-z][a-z0-9]{1,31}$/

/** A location is spelled `East US 2` or `eastus2`; it is stored in the second form. */
function locationOf(value: unknown, name: string): string {
  const location = textOf(value, name).toLowerCase().replaceAll(' ', '')
  if (LOCATION.test(location)) return location
  throw badManagementRequest(`${name} must be a location such as eastus2.`)
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function guidOf(value: unknown, name: string): string {
  const text = textOf(value, name)
  if (GUID.test(text)) return text
  throw badManagementRequest(`${name} must be a GUID.`)
}

function administratorsOf(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 10) {
    throw badManagementRequest(`${name} must be a list of 1 to 10 object ids.`)
  }
  return value.map((each) => guidOf(each, name))
}

function retentionOf(value: unknown, name: string): number {
  if (Number.isInteger(value) && Number(value) >= 7 && Number(value) <= 90) return Number(value)
  throw badManagementRequest(`${name} must be a whole number from 7 to 90.`)
}

function flagOf(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw badManagementRequest(`${name} must be true or false.`)
}

function accessOf(value: unknown, name: string): string {
  if (value === 'Enabled' || value === 'Disabled') return value
  throw badManagementRequest(`${name} must be Enabled or Disabled.`)
}

function skuOf(value: unknown, name: string): Json {
  const { name: sku, family } = objectOf(value, name)
  if (typeof sku === 'string' && SKUS.includes(sku)) {
    return { family: typeof family === 'string' ? family.slice(0, 8) : 'B', name: sku }
  }
  throw badManagementRequest(`sku.name must be one of ${SKUS.join(', ')}.`)
}

/** The limits of tags in Resource Manager. */
const MOST_TAGS = 50

function tagsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOf(value, 'tags'))
  const isValid = entries.every(
    ([name, text]) => name.length <= 512 && typeof text === 'string' && text.length <= 256,
  )
  if (isValid && entries.length <= MOST_TAGS) {
    return Object.fromEntries(entries) as Readonly<Record<string, string>>
  }
  throw badManagementRequest('tags must be at most 50 strings of at most 256 characters.')
}

/** The most characters of an object that is stored as it was sent. */
const LONGEST_OBJECT = 8192

function smallObject(value: unknown, name: string): Json {
  const object = objectOf(value, name)
  if (JSON.stringify(object).length <= LONGEST_OBJECT) return object
  throw badManagementRequest(`${name} is too long.`)
}

/** A Managed HSM has one region more than its own at the most, which clients send with it. */
const MOST_REGIONS = 2

function regionsOf(value: unknown, name: string): readonly Json[] {
  if (!Array.isArray(value) || value.length > MOST_REGIONS) {
    throw badManagementRequest(`${name} must be a list of at most ${MOST_REGIONS} regions.`)
  }
  return value.map((each) => ({ name: locationOf(objectOf(each, name)['name'], `${name}.name`) }))
}
