/** What a new key may be given, whether it is made or imported. */

import { serverError } from '../../server-error.ts'
import { textToWire } from './bytes.ts'
import { jsonOrFile, tags } from './values.ts'

/** The options of `--policy` and what belongs to it. */
export interface PolicyOptions {
  readonly policy?: string
  readonly defaultCvmPolicy?: boolean
  readonly immutable?: boolean
}

/** What `create` and `import` take both. */
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
 * az asks Azure for the attestation service of the HSM's region. There is no region here: the shared one of the first
 * region stands for it.
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

/** The members of a request that makes or imports a key, beside the key itself. */
export function newKeyMembers(options: NewKeyOptions): object {
  const { disabled = false, expires, notBefore, exportable } = options
  return {
    attributes: { enabled: !disabled, exp: expires, nbf: notBefore, exportable },
    tags: tags(options.tags),
    release_policy: policyMember(options),
  }
}

/** The policy as it is sent; nothing where there is none. */
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

/** The type in the form that `--protection` asks for. */
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
