/** Release policies: one to begin with, and what is typed. */

/** What a confidential virtual machine has in its token: the claim that the example wants. */
export const EXAMPLE_CLAIMS = { 'x-ms-compliance-status': 'azure-compliant-cvm' }

const SHARED_AUTHORITY = 'https://sharedweu.weu.attest.azure.net'

/** A policy of one authority and one claim. */
export function examplePolicy(authority: string = SHARED_AUTHORITY): object {
  const allOf = Object.entries(EXAMPLE_CLAIMS).map(([claim, equals]) => ({ claim, equals }))
  return { version: '1.0.0', anyOf: [{ authority, allOf }] }
}

/** Reads an object of JSON. */
export function parseObject(
  text: string,
):
  | { readonly object: object; readonly error?: undefined }
  | { readonly object?: undefined; readonly error: string } {
  try {
    const object: unknown = JSON.parse(text)
    if (typeof object === 'object' && object !== null && !Array.isArray(object)) return { object }
    return { error: 'This is no object of JSON.' }
  } catch {
    return { error: 'This is no JSON.' }
  }
}
