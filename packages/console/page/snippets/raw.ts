/** A call for which a client has no words, as the request itself: never a call that does not work. */

import { type Call, isCrypto, isPreview, type Place, requestOf } from './call.ts'
import { shellQuote } from './shell-quote.ts'

/** The clients, by language. */
export type ClientLanguage = 'az' | 'javascript' | 'python'

const REQUEST_ONLY: ReadonlySet<Call['operation']> = new Set(['wrapKey', 'unwrapKey', 'releaseKey'])

/**
 * Whether a client has no words for a call. The client for JavaScript passes on the name of any signature algorithm; that
 * for Python does not take the type of the key.
 */
const LACKS: Readonly<Record<ClientLanguage, (call: Call) => boolean>> = {
  az: (call) => isPreview(call) || REQUEST_ONLY.has(call.operation),
  javascript: (call) =>
    isPreview(call) && !(isCrypto(call) && call.context === undefined && !call.isMu),
  python: isPreview,
}

const WRITERS: Readonly<Record<ClientLanguage, (call: Call, place: Place) => string>> = {
  az: azRequest,
  javascript: javascriptRequest,
  python: pythonRequest,
}

/** Writes a request where the client has no call for it; `undefined` where it has one. */
export function rawSnippet(language: ClientLanguage, call: Call, place: Place): string | undefined {
  return LACKS[language](call) ? WRITERS[language](call, place) : undefined
}

function azRequest(call: Call, { origin, bearer = 'any' }: Place): string {
  const { method, path, body, version } = requestOf(call)
  return [
    `# az has no command for this: the request itself`,
    [
      `az rest --method ${method.toLowerCase()} --skip-authorization-header`,
      `--headers "Authorization=Bearer ${bearer}"`,
      `--url '${origin}${path}?api-version=${version}'`,
      `--body ${shellQuote(JSON.stringify(body))}`,
    ].join(' \\\n  '),
  ].join('\n')
}

function javascriptRequest(call: Call, { origin }: Place): string {
  const { method, path, body, version } = requestOf(call)
  return [
    '// @azure/keyvault-keys has no call for this: the request itself',
    "import { DefaultAzureCredential } from '@azure/identity'",
    '',
    'const credential = new DefaultAzureCredential()',
    "const { token } = await credential.getToken('https://managedhsm.azure.net/.default')",
    `const response = await fetch('${origin}${path}?api-version=${version}', {`,
    `  method: '${method}',`,
    `  headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },`,
    `  body: JSON.stringify(${JSON.stringify(body)}),`,
    '})',
    'const result = await response.json()',
    '',
  ].join('\n')
}

function pythonRequest(call: Call, { origin }: Place): string {
  const { method, path, body, version } = requestOf(call)
  const options = 'DefaultAzureCredential(), verify_challenge_resource=False'
  return [
    '# azure-keyvault-keys has no method for this: the request itself',
    'from azure.core.rest import HttpRequest',
    'from azure.identity import DefaultAzureCredential',
    'from azure.keyvault.keys import KeyClient',
    '',
    `client = KeyClient("${origin}", ${options})`,
    'request = HttpRequest(',
    `    "${method}",`,
    `    "${path}?api-version=${version}",`,
    `    json=${pythonLiteral(body)},`,
    ')',
    'response = client.send_request(request)',
    'response.raise_for_status()',
    'result = response.json()',
    '',
  ].join('\n')
}

/** Python writes JSON's strings, numbers, lists and objects as JSON does, and its booleans in another way. */
function pythonLiteral(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${pythonLiteral(member)}`,
  )
  return `{${members.join(', ')}}`
}
