// Holds: the engine names no Node and no DOM, and reads the clock and the system's randomness in one place each.

import ts from 'typescript'

/** Names that stand for a runtime: nowhere in a source outside `server`. */
const RUNTIME_NAMES = new Set(['Buffer', 'process', 'require', '__dirname', '__filename'])

/**
 * What a source file names that has a rule of its own. Comments and strings are not names.
 *
 * @param {string} file Shown in messages.
 * @param {string} text The source.
 * @returns {{ kind: 'runtime' | 'clock' | 'randomness' | 'Math.random' | 'reference', name: string, line: number }[]}
 */
export function findNames(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found = []
  const add = (kind, name, position) =>
    found.push({ kind, name, line: source.getLineAndCharacterOfPosition(position).line + 1 })

  for (const reference of [
    ...source.libReferenceDirectives,
    ...source.typeReferenceDirectives,
    ...source.referencedFiles,
  ]) {
    add('reference', reference.fileName, reference.pos)
  }
  const visit = (node) => {
    const kind = kindOf(node)
    if (kind) add(kind, node.text, node.getStart(source))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function kindOf(node) {
  // A string names something only between the brackets of `globalThis['process']`.
  const inBrackets = ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)
  if (!ts.isIdentifier(node) && !inBrackets) return undefined
  // A type says what a thing would look like; it does not reach for it.
  if (ts.isTypeElement(node.parent) || ts.isTypeReferenceNode(node.parent)) return undefined
  if (RUNTIME_NAMES.has(node.text)) return 'runtime'
  if (node.text === 'getRandomValues' || node.text === 'randomUUID') return 'randomness'
  if (node.text === 'random' && isMemberOf(node, 'Math')) return 'Math.random'
  if (node.text === 'Date' && !isDateWithoutClock(node)) return 'clock'
  return undefined
}

const isMemberOf = ({ parent }, owner) =>
  (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
  parent.expression.getText() === owner

/** `new Date(milliseconds)`, `Date.UTC` and `Date.parse` only compute; every other use of `Date` can tell the time. */
function isDateWithoutClock({ parent }) {
  if (ts.isNewExpression(parent)) return (parent.arguments ?? []).length > 0
  return ts.isPropertyAccessExpression(parent) && ['UTC', 'parse'].includes(parent.name.text)
}
