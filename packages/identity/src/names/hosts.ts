/** The hosts that the handler stands in for. */

/** The hosts of Entra ID in each cloud. */
const ENTRA_HOSTS = [
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]

/** The address of the instance metadata service (IMDS), the same in every virtual machine. */
const IMDS_HOST = '169.254.169.254'

/**
 * The hosts that {@link createIdentityHandler} stands in for, in lower case and without a port: those of Entra ID in
 * each cloud, and `169.254.169.254`, where a virtual machine gets tokens of its managed identity.
 *
 * @example
 * ```ts
 * import { IDENTITY_HOSTS } from '@pocket-hsm/identity'
 *
 * IDENTITY_HOSTS.includes('login.microsoftonline.com') // true
 * ```
 */
export const IDENTITY_HOSTS: readonly string[] = Object.freeze([...ENTRA_HOSTS, IMDS_HOST])
