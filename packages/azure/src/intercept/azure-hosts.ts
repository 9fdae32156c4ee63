/** The addresses of Azure that interception answers. */

import { IDENTITY_HOSTS } from '@pocket-hsm/identity'
import { host } from '#host'

/** Vaults and Managed HSMs of the public cloud and of the sovereign clouds. */
const SERVICE_ENDINGS: readonly string[] = [
  '.vault.azure.net',
  '.vault.azure.cn',
  '.vault.usgovcloudapi.net',
  '.managedhsm.azure.net',
  '.managedhsm.azure.cn',
  '.managedhsm.usgovcloudapi.net',
]

/** The variables with which App Service and others say where a managed identity gets its tokens. */
const ENDPOINT_VARIABLES = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT'] as const

/** The host of a URL, without the dot with which a name ends that is complete: DNS knows both. */
export const hostnameOf = ({ hostname }: URL): string => hostname.replace(/\.$/, '')

/** Whether a host has the name of a vault or a Managed HSM. */
export function isServiceHost(hostname: string): boolean {
  return SERVICE_ENDINGS.some((ending) => hostname.endsWith(ending))
}

/** Whether an address issues tokens: Entra ID, or a managed identity's endpoint as the environment names it now. */
export function isTokenAddress(url: URL): boolean {
  return (
    IDENTITY_HOSTS.includes(hostnameOf(url)) || ENDPOINT_VARIABLES.some((name) => isAt(url, name))
  )
}

function isAt(url: URL, variable: string): boolean {
  const endpoint = host.environmentVariable(variable)
  if (endpoint === undefined || !URL.canParse(endpoint)) return false
  const { origin, pathname } = new URL(endpoint)
  return url.origin === origin && url.pathname === pathname
}
