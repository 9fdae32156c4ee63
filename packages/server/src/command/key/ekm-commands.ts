/** The commands of `pocket-hsm ekm-connection`: the connection to an external key manager. */

import { withExternalKeys } from './api-versions.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { option, required } from './options.ts'
import { certificatesOf } from './read-certificates.ts'
import type { Column } from './table.ts'

/** A connection in a response of the service. */
interface WireConnection {
  readonly host: string
  readonly path_prefix?: string
  readonly server_ca_certificates: readonly string[]
  readonly server_subject_common_name?: string
}

/** The options of a connection. */
interface ConnectionMembers {
  readonly host?: string
  readonly pathPrefix?: string
  readonly serverCaCertificate?: string
  readonly serverSubjectCommonName?: string
}

type Printed = ReturnType<typeof connectionOutput>

const COLUMNS: readonly Column[] = [
  ['Host', ({ host }: Printed) => host],
  ['PathPrefix', ({ pathPrefix }: Printed) => pathPrefix],
]

const HOST = 'host of the EKM proxy, with its port if it has one'
const CERTIFICATE =
  'file with the root certificate that issued the certificate of the proxy, PEM or DER; PEM may have several'

const MEMBERS = [
  option('--path-prefix <prefix>', 'what the paths of the proxy begin with'),
  option('--server-subject-common-name <name>', 'common name of the certificate of the proxy'),
]

const about = 'hsm'
const EKM = withExternalKeys('/ekm')

const create: KeyCommand = keyCommand<ConnectionMembers>({
  name: 'create',
  summary: 'connect an HSM to its external key manager',
  about,
  canCreateState: true,
  options: [
    required('--host <host>', HOST),
    required('--server-ca-certificate <file>', CERTIFICATE),
    ...MEMBERS,
  ],
  examples: [
    'pocket-hsm ekm-connection create --hsm-name contoso --host ekm.contoso.com --server-ca-certificate ekm-root.pem --path-prefix /contoso/prod',
  ],
  columns: COLUMNS,
  run: async ({ request }, options) => {
    const path = withExternalKeys('/ekm/create')
    return connectionOutput(await request<WireConnection>('POST', path, await membersOf(options)))
  },
})

const show: KeyCommand = keyCommand({
  name: 'show',
  summary: 'show the connection',
  about,
  options: [],
  examples: ['pocket-hsm ekm-connection show --hsm-name contoso'],
  columns: COLUMNS,
  run: async ({ request }) => connectionOutput(await request<WireConnection>('GET', EKM)),
})

const update: KeyCommand = keyCommand<ConnectionMembers>({
  name: 'update',
  summary: 'change the connection',
  about,
  options: [
    option('--host <host>', HOST),
    option('--server-ca-certificate <file>', CERTIFICATE),
    ...MEMBERS,
  ],
  examples: [
    'pocket-hsm ekm-connection update --hsm-name contoso --server-ca-certificate ekm-root.pem',
  ],
  columns: COLUMNS,
  run: async ({ request }, options) =>
    connectionOutput(await request<WireConnection>('PATCH', EKM, await membersOf(options))),
})

const check: KeyCommand = keyCommand({
  name: 'check',
  summary: 'ask the external key manager who it is',
  about,
  options: [],
  examples: ['pocket-hsm ekm-connection check --hsm-name contoso'],
  columns: [
    ['ProxyName', ({ proxyName }: { readonly proxyName: string }) => proxyName],
    ['EkmProduct', ({ ekmProduct }: { readonly ekmProduct: string }) => ekmProduct],
  ],
  run: async ({ request }) => {
    const info = await request<Readonly<Record<string, string>>>(
      'POST',
      withExternalKeys('/ekm/check'),
    )
    return {
      apiVersion: info['api_version'],
      ekmProduct: info['ekm_product'],
      ekmVendor: info['ekm_vendor'],
      proxyName: info['proxy_name'],
      proxyVendor: info['proxy_vendor'],
    }
  },
})

const showCertificate: KeyCommand = keyCommand({
  name: 'certificate show',
  summary: 'show how the HSM presents itself to the proxy',
  about,
  options: [],
  examples: ['pocket-hsm ekm-connection certificate show --hsm-name contoso'],
  columns: [
    [
      'SubjectCommonName',
      ({ subjectCommonName }: { readonly subjectCommonName: string }) => subjectCommonName,
    ],
  ],
  run: async ({ request }) => {
    const found = await request<{
      readonly ca_certificates: readonly string[]
      readonly subject_common_name: string
    }>('GET', withExternalKeys('/ekm/certificate'))
    return {
      caCertificates: found.ca_certificates,
      subjectCommonName: found.subject_common_name,
    }
  },
})

const deleteConnection: KeyCommand = keyCommand({
  name: 'delete',
  summary: 'delete the connection; external keys stay',
  about,
  options: [],
  examples: ['pocket-hsm ekm-connection delete --hsm-name contoso'],
  columns: COLUMNS,
  run: async ({ request }) => connectionOutput(await request<WireConnection>('DELETE', EKM)),
})

/** In the order of the help. */
export const EKM_COMMANDS: readonly KeyCommand[] = [
  create,
  show,
  update,
  check,
  showCertificate,
  deleteConnection,
]

/** Groups of commands, and their summaries. */
export const EKM_GROUPS: Readonly<Record<string, string>> = {
  certificate: 'show the client certificate of the HSM',
}

async function membersOf(options: ConnectionMembers): Promise<object> {
  const { host, pathPrefix, serverCaCertificate: file, serverSubjectCommonName } = options
  return {
    host,
    path_prefix: pathPrefix,
    server_ca_certificates: file === undefined ? undefined : await certificatesOf(file),
    server_subject_common_name: serverSubjectCommonName,
  }
}

function connectionOutput(connection: WireConnection) {
  return {
    host: connection.host,
    pathPrefix: connection.path_prefix ?? null,
    serverCaCertificates: connection.server_ca_certificates,
    serverSubjectCommonName: connection.server_subject_common_name ?? null,
  }
}
