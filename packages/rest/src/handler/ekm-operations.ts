/** The connection to an external key manager, and its private endpoints. */

import {
  checkEkmConnection,
  createEkmConnection,
  createEkmPrivateEndpoint,
  deleteEkmConnection,
  deleteEkmPrivateEndpoint,
  type EkmConnection,
  type EkmPrivateEndpointOperation,
  getEkmCertificate,
  getEkmConnection,
  getEkmPrivateEndpoint,
  getEkmPrivateEndpointOperation,
  listEkmPrivateEndpoints,
  toBase64,
  updateEkmConnection,
} from 'pocket-hsm'
import { runWithExternalKeyManager } from '../external-keys/ask-manager.ts'
import {
  parseEkmConnection,
  parseNewEkmConnection,
  parsePrivateEndpoint,
} from '../requests/parse-ekm.ts'
import { reply } from '../responses/reply.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import type { EkmOperationName } from '../routes/ekm-routes.ts'
import { hasFeature } from '../versions/has-feature.ts'
import { PRIVATE_ENDPOINTS } from '../versions/preview-features.ts'
import type { Call } from './call.ts'

const nameOf = ({ segments }: Call): string => segments['id'] ?? ''

/** The operations. */
export const EKM_OPERATIONS: Readonly<Record<EkmOperationName, (call: Call) => unknown>> = {
  getEkmConnection: (call) => connectionBody(getEkmConnection(call.hsm), call),
  createEkmConnection: (call) =>
    connectionBody(createEkmConnection(call.hsm, parseNewEkmConnection(call)), call),
  updateEkmConnection: (call) =>
    connectionBody(updateEkmConnection(call.hsm, parseEkmConnection(call)), call),
  deleteEkmConnection: (call) => connectionBody(deleteEkmConnection(call.hsm), call),
  getEkmCertificate: ({ hsm }) => {
    const { caCertificates, subjectCommonName } = getEkmCertificate(hsm)
    return {
      ca_certificates: caCertificates.map((each) => toBase64(each)),
      subject_common_name: subjectCommonName,
    }
  },
  checkEkmConnection: async (call) => {
    const info = await runWithExternalKeyManager(call, checkEkmConnection)
    return {
      api_version: info.apiVersion,
      proxy_vendor: info.proxyVendor,
      proxy_name: info.proxyName,
      ekm_vendor: info.ekmVendor,
      ekm_product: info.ekmProduct,
    }
  },
  createEkmPrivateEndpoint: (call) =>
    accepted(call, createEkmPrivateEndpoint(call.hsm, nameOf(call), parsePrivateEndpoint(call))),
  getEkmPrivateEndpoint: (call) => getEkmPrivateEndpoint(call.hsm, nameOf(call)),
  deleteEkmPrivateEndpoint: (call) =>
    accepted(call, deleteEkmPrivateEndpoint(call.hsm, nameOf(call))),
  listEkmPrivateEndpoints: ({ hsm }) => ({ value: listEkmPrivateEndpoints(hsm) }),
  getEkmPrivateEndpointOperation: (call) => getEkmPrivateEndpointOperation(call.hsm, nameOf(call)),
}

function connectionBody(
  {
    host,
    pathPrefix,
    serverCaCertificates,
    serverSubjectCommonName,
    connectivityMode,
  }: EkmConnection,
  { apiVersion, wire }: Call,
): unknown {
  const hasMode = hasFeature(PRIVATE_ENDPOINTS, apiVersion, wire.service)
  return {
    host,
    ...(pathPrefix !== undefined && { path_prefix: pathPrefix }),
    server_ca_certificates: serverCaCertificates.map((each) => toBase64(each)),
    ...(serverSubjectCommonName !== undefined && {
      server_subject_common_name: serverSubjectCommonName,
    }),
    ...(hasMode && { connectivity_mode: connectivityMode ?? 'Public' }),
  }
}

/** A request for a change that takes time is answered before it ends. */
function accepted(
  { origin, apiVersion }: Call,
  { endTime: _, ...operation }: EkmPrivateEndpointOperation,
): ResponseParts {
  const what = operation.operationType === 'Create' ? 'creation' : 'deletion'
  return reply({
    status: 202,
    json: {
      ...operation,
      status: 'Running',
      statusDetails: `Private endpoint ${what} is in progress.`,
    },
    headers: {
      'azure-asyncoperation': `${origin}/ekm/privateendpoint/operations/${operation.jobId}?api-version=${apiVersion}`,
      // Seconds.
      'retry-after': '1',
    },
  })
}
