// Holds: what was printed is compared with what was expected of it, and no more.

/**
 * Compares. Of an object, the members that are expected; a list as a whole, in any order where `inAnyOrder` made it;
 * a text also with a regular expression; anything with a function, which answers whether it is content.
 *
 * @param {unknown} got
 * @param {unknown} expected
 * @param {Readonly<Record<string, string>>} kept What earlier lines kept: `{name}` in a text stands for it.
 * @param {string} at
 * @returns {string | undefined} What is wrong, and where.
 */
export function faultOf(got, expected, kept, at = '') {
  const wrong = () => `${at || 'the output'}: expected ${show(expected)}, got ${show(got)}`
  if (typeof expected === 'function') return expected(got, kept) ? undefined : wrong()
  if (expected instanceof RegExp) return expected.test(String(got)) ? undefined : wrong()
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return wrong()
    return first(expected.map((each, index) => faultOf(got[index], each, kept, `${at}[${index}]`)))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return wrong()
    return first(
      Object.entries(expected).map(([member, each]) =>
        faultOf(got[member], each, kept, at === '' ? member : `${at}.${member}`),
      ),
    )
  }
  const literal =
    typeof expected === 'string'
      ? expected.replace(/\{(\w+)\}/g, (all, name) => kept[name] ?? all)
      : expected
  return got === literal ? undefined : wrong()
}

/** A list of just these, in any order. */
export function inAnyOrder(...expected) {
  const matcher = (got) =>
    Array.isArray(got) && JSON.stringify([...got].sort()) === JSON.stringify([...expected].sort())
  return Object.assign(matcher, { toString: () => `in any order ${JSON.stringify(expected)}` })
}

const first = (faults) => faults.find((fault) => fault !== undefined)

function show(value) {
  if (value instanceof RegExp || typeof value === 'function') return String(value)
  return JSON.stringify(value)
}
