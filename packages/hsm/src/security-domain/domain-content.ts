/** What the items of a security domain hold: their layout is our own, as the service's is not published. */

import {
  bytesToUtf8,
  fromBase64url,
  isCryptoError,
  Secret,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { createSecurityDomain, type SecurityDomain } from '../backup/security-domain.ts'
import type { DomainItem } from './sealed-data.ts'

const FORMAT = 'pocket-hsm/security-domain/1'

/** The item that holds the domain; the others, which the service has too, name it. */
const SECRET_TAG = 'hsm_backup'
const OTHER_TAGS = ['base_enclave_backup', 'partition_enclave_backup'] as const

const SECRET_LENGTH = 32

interface ContentJson {
  readonly format: typeof FORMAT
  readonly security_domain: string
  /** In base64url; in the item `hsm_backup` only. */
  readonly secret?: string
}

/** The items of a domain, its secret in the clear. */
export function itemsOf({ id, secret }: SecurityDomain): readonly DomainItem[] {
  const item = (tag: string, more: Partial<ContentJson> = {}): DomainItem => {
    const content: ContentJson = { format: FORMAT, security_domain: id, ...more }
    return { tag, content: utf8ToBytes(JSON.stringify(content)) }
  }
  return [
    item(SECRET_TAG, { secret: toBase64url(Secret.reveal(secret)) }),
    ...OTHER_TAGS.map((tag) => item(tag)),
  ]
}

/** The domain of the items; `undefined` if it is not one of this program's, such as a real service's. */
export function domainOfItems(items: readonly DomainItem[]): SecurityDomain | undefined {
  const item = items.find(({ tag }) => tag === SECRET_TAG)
  const json = item && contentOf(item)
  if (json?.format !== FORMAT || typeof json.secret !== 'string') return undefined
  const secret = fromBase64url(json.secret)
  if (secret.length !== SECRET_LENGTH) return undefined
  const domain = createSecurityDomain(() => secret)
  return domain.id === json.security_domain ? domain : undefined
}

function contentOf({ content }: DomainItem): Partial<ContentJson> | undefined {
  try {
    const json: unknown = JSON.parse(bytesToUtf8(content))
    return typeof json === 'object' && json !== null ? json : undefined
  } catch (error) {
    if (isCryptoError(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}
