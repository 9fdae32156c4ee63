// Holds: what an example says a line gives is what it gives.
//
// The convention: a line comment right behind an expression, or behind a `const` of one name, that is a
// JavaScript literal (text, number, bigint, true, false, null, undefined, arrays and plain objects of
// these, `new Uint8Array([...])`) is the value, by deep equality. Behind `console.log(x)` it is the value
// of `x`. `=>` may stand before the literal. A comment that is anything else is prose and is left alone.

import ts from 'typescript'

/**
 * Puts a check behind every value that an example shows. No line moves.
 *
 * @param {ts.SourceFile} source
 * @param {string} file Where the example stands; its lines are those of `source`.
 * @returns {{ code: string, shown: string[] }} `shown`: `file:line` of each value.
 */
export function insertChecks(source, file) {
  const edits = []
  const shown = []
  const visit = (node) => {
    const checked = checkedPart(node)
    const comment = checked && commentBehind(source.text, node.end)
    if (comment && isLiteral(comment.text)) {
      const place = `${file}:${source.getLineAndCharacterOfPosition(node.end).line + 1}`
      shown.push(place)
      edits.push(...editsFor(checked, comment, place, source))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { code: apply(edits, source.text), shown }
}

/** The expression whose value a comment behind this statement shows. */
function checkedPart(node) {
  if (ts.isExpressionStatement(node)) return loggedValue(node.expression) ?? node.expression
  const declared = ts.isVariableStatement(node) ? node.declarationList.declarations : []
  return declared.length === 1 && ts.isIdentifier(declared[0].name) ? declared[0].name : undefined
}

function loggedValue(node) {
  const isLog = ts.isCallExpression(node) && node.expression.getText() === 'console.log'
  return isLog && node.arguments.length === 1 ? node.arguments[0] : undefined
}

function commentBehind(text, end) {
  const [range] = ts.getTrailingCommentRanges(text, end) ?? []
  if (range?.kind !== ts.SyntaxKind.SingleLineCommentTrivia) return undefined
  return {
    start: range.pos,
    text: text.slice(range.pos + 2, range.end).replace(/^\s*(=>)?\s*/, ''),
  }
}

function editsFor(checked, comment, place, source) {
  const tail = `, (${comment.text}), ${JSON.stringify(place)})`
  if (ts.isVariableDeclaration(checked.parent)) {
    return [{ at: comment.start, text: `; __shows(${checked.text}${tail} ` }]
  }
  return [
    { at: checked.getStart(source), text: '__shows((' },
    { at: checked.end, text: `)${tail}` },
  ]
}

// From the last to the first, so that no edit moves the place of another.
const apply = (edits, text) =>
  edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((all, edit) => all.slice(0, edit.at) + edit.text + all.slice(edit.at), text)

function isLiteral(text) {
  const source = ts.createSourceFile('value.ts', `(${text})`, ts.ScriptTarget.Latest, true)
  const [statement, ...others] = source.statements
  return (
    source.parseDiagnostics.length === 0 &&
    others.length === 0 &&
    ts.isExpressionStatement(statement) &&
    ts.isParenthesizedExpression(statement.expression) &&
    isLiteralNode(statement.expression.expression)
  )
}

function isLiteralNode(node) {
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.MinusToken && isNumber(node.operand)
  }
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteralNode)
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isLiteralProperty)
  if (ts.isNewExpression(node)) {
    return node.expression.getText() === 'Uint8Array' && (node.arguments ?? []).every(isLiteralNode)
  }
  return (
    isNumber(node) ||
    ts.isStringLiteralLike(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(
      node.kind,
    ) ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  )
}

const isNumber = (node) => ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)

const isLiteralProperty = (property) =>
  ts.isPropertyAssignment(property) &&
  !ts.isComputedPropertyName(property.name) &&
  isLiteralNode(property.initializer)
