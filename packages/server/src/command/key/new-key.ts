/** The request members of a new key, created or imported. */

import { serverError } from '../../server-error.ts'
import { textToWire } from './bytes.ts'
import { jsonOrFile, tags } from './values.ts'

/** The options of a release policy. */
export interface PolicyOptions {
  readonly policy?: string
  readonly defaultCvmPolicy?: boolean
  readonly immutable?: boolean
}

/** The options that `create` and `import` share. */
export interface NewKeyOptions extends PolicyOptions {
  readonly ops?: readonly string[]
  readonly tags?: true | readonly string[]
  readonly disabled?: boolean
  readonly expires?: number
  readonly notBefore?: number
  readonly protection?: string
  readonly exportable?: boolean
}

/**
 * az takes the attestation service of the HSM's region from Azure. There is no region here, so this is the shared service
 * of one region.
 */
const CVM_AUTHORITY = 'https://sharedeus.eus.attest.azure.net'

const CVM_POLICY = {
  version: '1.0.0',
  anyOf: [
    {
      authority: CVM_AUTHORITY,
      allOf: [{ claim: 'x-ms-compliance-status', equals: 'azure-compliant-cvm' }],
    },
  ],
}

/** The request members of a new key, without the key itself. */
export function newKeyMembers(options: NewKeyOptions): {
  readonly attributes: object
  readonly tags: object | undefined
  readonly release_policy: object | undefined
} {
  const { disabled = false, expires, notBefore, exportable } = options
  return {
    attributes: { enabled: !disabled, exp: expires, nbf: notBefore, exportable },
    tags: tags(options.tags),
    release_policy: policyMember(options),
  }
}

/** The policy as it is sent; `undefined` if there is none. */
export function policyMember({
  policy,
  defaultCvmPolicy,
  immutable,
}: PolicyOptions): object | undefined {
  if (policy !== undefined || defaultCvmPolicy) {
    const data = policy === undefined ? CVM_POLICY : jsonOrFile('--policy', policy)
    return { data: textToWire(JSON.stringify(data)), immutable }
  }
  if (immutable === undefined) return undefined
  throw serverError('BadOption', 'Please provide policy when setting `--immutable`')
}

/** The key type for a protection. */
export function keyTypeOf(kty: string, protection: string | undefined): string {
  const isHsm = kty.endsWith('-HSM')
  if (protection === 'software' && isHsm) {
    throw serverError(
      'BadOption',
      `The key type ${kty} is invalid for software protected keys. Omit --protection`,
    )
  }
  return protection === 'hsm' && !isHsm ? `${kty}-HSM` : kty
}
