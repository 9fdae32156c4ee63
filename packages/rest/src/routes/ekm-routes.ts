/** The routes of the connection to an external key manager. */

import type { Route } from './route.ts'

/** The operations on the connection and on its private endpoints. */
export type EkmOperationName =
  | 'getEkmConnection'
  | 'createEkmConnection'
  | 'updateEkmConnection'
  | 'deleteEkmConnection'
  | 'getEkmCertificate'
  | 'checkEkmConnection'
  | 'createEkmPrivateEndpoint'
  | 'getEkmPrivateEndpoint'
  | 'deleteEkmPrivateEndpoint'
  | 'listEkmPrivateEndpoints'
  | 'getEkmPrivateEndpointOperation'

const ENDPOINT = 'ekm/privateendpoint/{id}'

/** The routes. */
export const EKM_ROUTES: readonly Route<EkmOperationName>[] = [
  { method: 'GET', path: 'ekm', operation: 'getEkmConnection', body: 'none' },
  { method: 'PATCH', path: 'ekm', operation: 'updateEkmConnection', body: 'object' },
  { method: 'DELETE', path: 'ekm', operation: 'deleteEkmConnection', body: 'none' },
  { method: 'POST', path: 'ekm/create', operation: 'createEkmConnection', body: 'object' },
  { method: 'GET', path: 'ekm/certificate', operation: 'getEkmCertificate', body: 'none' },
  { method: 'POST', path: 'ekm/check', operation: 'checkEkmConnection', body: 'empty' },
  {
    method: 'GET',
    path: 'ekm/privateendpoint/operations/{id}',
    operation: 'getEkmPrivateEndpointOperation',
    body: 'none',
  },
  {
    method: 'GET',
    path: 'ekm/privateendpoint',
    operation: 'listEkmPrivateEndpoints',
    body: 'none',
  },
  { method: 'GET', path: ENDPOINT, operation: 'getEkmPrivateEndpoint', body: 'none' },
  { method: 'POST', path: ENDPOINT, operation: 'createEkmPrivateEndpoint', body: 'object' },
  { method: 'DELETE', path: ENDPOINT, operation: 'deleteEkmPrivateEndpoint', body: 'none' },
]
