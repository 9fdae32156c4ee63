// Holds: no example hides: every block of code in a text or a doc comment is found, with the line where it stands.

import ts from 'typescript'

/**
 * @typedef {object} CodeBlock
 * @property {string} file Where it stands, from the root.
 * @property {number} line The line of its first line of code, from 1.
 * @property {string} language The word after the fence, in lower case.
 * @property {string} [quotes] The file that the block quotes: a path from the root, in `js file=PATH`.
 * @property {string} code Its lines, as a reader would copy them.
 */

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)(?:\s+file=(\S+))?/

/**
 * The fenced blocks of a Markdown text.
 *
 * @param {string} file
 * @param {string} text
 * @param {number} firstLine The line number of the text's first line.
 * @returns {CodeBlock[]}
 * @throws {Error} A block that is opened and not closed.
 */
export function blocksOfMarkdown(file, text, firstLine = 1) {
  const blocks = []
  let open
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, indent, fence, language, quotes] = FENCE.exec(line) ?? []
    if (open === undefined && fence !== undefined) {
      open = {
        indent,
        fence,
        language: language.toLowerCase(),
        line: firstLine + index + 1,
        code: [],
        quotes,
      }
    } else if (open !== undefined && closes(line, open.fence)) {
      const { line, language, code, quotes } = open
      blocks.push({ file, line, language, code: code.join('\n'), ...(quotes && { quotes }) })
      open = undefined
    } else if (open !== undefined) {
      open.code.push(
        line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart(),
      )
    }
  }
  if (open) throw new Error(`${file}:${open.line - 1}: this block of code is not closed`)
  return blocks
}

// As in CommonMark: the same sign, at least as often, and nothing after it.
const closes = (line, fence) => {
  const mark = line.trim()
  return mark.startsWith(fence) && mark === fence[0].repeat(mark.length)
}

/**
 * The fenced blocks of the doc comments of a TypeScript source.
 *
 * @param {string} file
 * @param {string} text
 * @returns {{ blocks: CodeBlock[], emptyExamples: number[] }} The second: the lines of each `@example` without a block.
 */
export function blocksOfSource(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const comments = [...docCommentsOf(source)].map(([start, end]) => ({
    line: source.getLineAndCharacterOfPosition(start).line + 1,
    text: text
      .slice(start, end)
      .replace(/^\/\*\*|\*\/$/g, '')
      .replace(/^[^\S\n]*\* ?/gm, ''),
  }))
  return {
    blocks: comments.flatMap((comment) => blocksOfMarkdown(file, comment.text, comment.line)),
    emptyExamples: comments.flatMap(emptyExamplesOf),
  }
}

/** Start and end of each doc comment, once, though several nodes may share it. */
function docCommentsOf(source) {
  const ranges = new Map()
  const visit = (node) => {
    for (const { pos, end } of node.jsDoc ?? []) ranges.set(pos, end)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return ranges
}

function emptyExamplesOf({ line, text }) {
  const [before, ...examples] = text.split(/^@example\b/m)
  let next = line + lineBreaksIn(before)
  return examples.flatMap((example) => {
    const at = next
    next += lineBreaksIn(example)
    const own = example.split(/^@\w+/m)[0]
    return /^\s*(```|~~~)/m.test(own) ? [] : [at]
  })
}

const lineBreaksIn = (text) => text.split('\n').length - 1
