/** Request bodies of the connection to an external key manager. */

import type { CreateEkmPrivateEndpointParameters, EkmConnection } from 'pocket-hsm'
import { anyBase64, list, object, required, text } from '../wire/members.ts'
import type { Body } from './parse-request.ts'

const connection = object({
  host: text,
  path_prefix: text,
  server_ca_certificates: list(anyBase64),
  server_subject_common_name: text,
  connectivity_mode: text,
})
const privateEndpoint = object({ privateLinkServiceId: text, requestMessage: text })

/** Parses the body of PATCH /ekm: of POST /ekm/create with every member. */
export function parseEkmConnection({ json, strict }: Body): Partial<EkmConnection> {
  const parsed = connection(json, 'body', strict)
  const members = {
    host: parsed.host,
    pathPrefix: parsed.path_prefix,
    serverCaCertificates: parsed.server_ca_certificates,
    serverSubjectCommonName: parsed.server_subject_common_name,
    connectivityMode: parsed.connectivity_mode,
  }
  const given = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<EkmConnection>
}

/** Parses the body of POST /ekm/create. */
export function parseNewEkmConnection(body: Body): EkmConnection {
  const { host, serverCaCertificates, ...rest } = parseEkmConnection(body)
  return {
    ...rest,
    host: required(host, 'host'),
    serverCaCertificates: required(serverCaCertificates, 'server_ca_certificates'),
  }
}

/** Parses the body of POST /ekm/privateendpoint/{name}. */
export function parsePrivateEndpoint({ json, strict }: Body): CreateEkmPrivateEndpointParameters {
  const { privateLinkServiceId, requestMessage } = privateEndpoint(json, 'body', strict)
  return {
    privateLinkServiceId: required(privateLinkServiceId, 'privateLinkServiceId'),
    requestMessage,
  }
}
