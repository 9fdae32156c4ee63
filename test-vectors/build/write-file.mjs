/** One file of vectors as text: one case on each line, so that a diff shows the case that changed. */

import assert from 'node:assert/strict'

export const SCHEMA = 'test-vectors/1'

/** Fields that hold bytes as hex. */
const HEX = /^(?:[0-9a-f]{2})*$/
const BYTES = new Set(
  'kek pt ct key iv aad tag msg mac sig salt seed label n e d p q dp dq qi x y k compressed entropy nonce personalization out input digest der aes pk sk ctx mu rnd pkcs8'.split(
    ' ',
  ),
)

export function formatVectors({ primitive, provenance, published, leftOut, keys, cases }) {
  checkCases({ provenance, keys, cases })
  const lines = (entries) => entries.map((entry) => `    ${entry}`).join(',\n')
  const named = ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`
  return [
    '{',
    `  "schema": ${JSON.stringify(SCHEMA)},`,
    `  "primitive": ${JSON.stringify(primitive)},`,
    '  "provenance": [',
    lines(provenance.map((source) => JSON.stringify(source))),
    '  ],',
    ...(published === undefined ? [] : [`  "published": ${published},`]),
    ...(leftOut === undefined ? [] : [`  "leftOut": ${JSON.stringify(leftOut)},`]),
    ...(keys === undefined ? [] : ['  "keys": {', lines(Object.entries(keys).map(named)), '  },']),
    `  "count": ${cases.length},`,
    '  "cases": [',
    lines(cases.map((item) => JSON.stringify(item))),
    '  ]',
    '}',
    '',
  ].join('\n')
}

function checkCases({ provenance, keys = {}, cases }) {
  const used = new Set(cases.map(({ key }) => key))
  for (const name of Object.keys(keys)) assert.ok(used.has(name), `${name} is held and not used`)
  for (const { id: source } of provenance) {
    assert.ok(
      cases.some(({ src }) => src === source),
      `${source} is named and has no case`,
    )
  }
  for (const item of cases) {
    for (const [field, value] of Object.entries(item)) {
      const isName = field === 'key' && value in keys
      if (BYTES.has(field) && !isName) assert.match(value, HEX, `${item.id} ${field}`)
    }
  }
}
