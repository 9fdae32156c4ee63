/** Request bodies of the security domain. */

import type { DownloadSecurityDomainParameters } from 'pocket-hsm'
import { anyObject, list, number, object, required, text } from '../wire/members.ts'
import type { Body } from './parse-request.ts'

const download = object({ certificates: list(anyObject), required: number })
const upload = object({ value: text })

/** Parses the body of POST /securitydomain/download. What is in the certificates, the engine checks. */
export function parseDownload({ json, strict }: Body): DownloadSecurityDomainParameters {
  const parsed = download(json, 'body', strict)
  return {
    certificates: required(
      parsed.certificates,
      'certificates',
    ) as unknown as DownloadSecurityDomainParameters['certificates'],
    required: parsed.required,
  }
}

/** Parses the body of POST /securitydomain/upload. */
export function parseUpload({ json, strict }: Body): string {
  return required(upload(json, 'body', strict).value, 'value')
}
