// Holds: an older Node is refused in one sentence. Written in the JavaScript of Node 14, because that Node has to read it.

/**
 * @param {string} version The Node that runs, as in `process.versions.node`.
 * @param {string} range What package.json's `engines` ask for: `>=` and a version.
 * @returns {string | undefined} The sentence for the reader, or nothing when the Node is new enough.
 */
export function refusalOfNode(version, range) {
  const oldest = range.replace('>=', '')
  if (isAtLeast(numbersOf(version), numbersOf(oldest))) return undefined
  return `pocket-hsm needs Node ${oldest} or newer; this is Node ${version}.`
}

const numbersOf = (version) => version.split('.').map(Number)

function isAtLeast(have, need) {
  const first = need.findIndex((number, i) => have[i] !== number)
  return first === -1 || have[first] > need[first]
}
