/** Sets that are published as repositories of JSON files: NIST's ACVP samples and Wycheproof. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const SOURCES = {
  acvp: 'github.com/paulmillr/acvp-vectors 2e9216ceafb854d7bc113088a2f8b043654226a8',
  wycheproof: 'github.com/C2SP/wycheproof dac1dd4729fd1f8dd9e1e9f3dce51d783da6c166, testvectors_v1',
}

/**
 * Opens a folder with the files of both sources, each compressed: `acvp/SET/{prompt,expectedResults}.json.gz` and
 * `wycheproof/NAME.json.gz`.
 *
 * @param {string} folder
 */
export function openPublished(folder) {
  const read = (path) => gunzipSync(readFileSync(join(folder, path)))
  const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
  return {
    /** The tests of an ACVP set, each with the members of its group, its question and its answer. */
    acvp(name) {
      const texts = ['prompt', 'expectedResults'].map((part) =>
        read(`acvp/${name}/${part}.json.gz`),
      )
      const [prompt, expected] = texts.map((text) => [JSON.parse(text)].flat().at(-1))
      const tests = prompt.testGroups.flatMap((group) => {
        const answers = expected.testGroups.find(({ tgId }) => tgId === group.tgId)
        return group.tests.map((test) => {
          const answer = answers.tests.find(({ tcId }) => tcId === test.tcId)
          const all = { ...group, ...answers, ...test, ...answer }
          return { ...all, tests: undefined, id: `${name} ${group.tgId}.${test.tcId}` }
        })
      })
      const [question, answer] = texts.map(sha256)
      const via = `${SOURCES.acvp}, ${name}: prompt.json (sha-256 ${question}), expectedResults.json (sha-256 ${answer})`
      return { tests, provenance: { doc: `NIST ACVP sample ${name}`, via } }
    },

    /** A file of Wycheproof. */
    wycheproof(name) {
      const text = read(`wycheproof/${name}.json.gz`)
      const tests = JSON.parse(text).testGroups.flatMap(({ tests: list, ...group }) =>
        list.map((test) => ({ ...group, ...test, id: `${name} ${test.tcId}` })),
      )
      const via = `${SOURCES.wycheproof}/${name}.json (sha-256 ${sha256(text)})`
      return { tests, provenance: { doc: `Wycheproof ${name}`, via } }
    },
  }
}

/**
 * Splits tests by rules: each removes the tests that it names, with its reason.
 *
 * @param tests - All tests of a set.
 * @param rules - Pairs of a reason and a function that tells whether a test is left out.
 */
export function leaveOut(tests, rules) {
  const leftOut = []
  let kept = tests
  for (const [why, isLeftOut] of rules) {
    const count = kept.filter((test) => isLeftOut(test)).length
    kept = kept.filter((test) => !isLeftOut(test))
    if (count > 0) leftOut.push({ count, why })
  }
  return { kept, leftOut }
}

/** Rule for sets larger than is needed: keeps the first `most` tests of each class. */
export function firstOfEach(tests, most, classOf) {
  const counts = new Map()
  const chosen = new Set(
    tests.filter((test) => {
      const name = classOf(test)
      counts.set(name, (counts.get(name) ?? 0) + 1)
      return counts.get(name) <= most
    }),
  )
  return (test) => !chosen.has(test)
}

/** The names of hash functions in ACVP that the engine offers, under the names here. */
export const ACVP_HASHES = {
  'SHA2-224': 'SHA-224',
  'SHA2-256': 'SHA-256',
  'SHA2-384': 'SHA-384',
  'SHA2-512': 'SHA-512',
}

export const lower = (hex) => hex.toLowerCase()
