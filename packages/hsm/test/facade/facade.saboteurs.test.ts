/** The model test must be able to fail: it finds out every facade that does one thing wrong. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as facade from '../../src/index.ts'
import { SABOTEURS } from '../model/saboteurs.ts'
import { everyStory } from '../model/stories.ts'

/** Most are found within a few dozen stories, all within a few hundred. */
const STORIES = 3000

describe('the model notices where', () => {
  it.each(Object.entries(SABOTEURS))('%s', (_, sabotage) => {
    const story = everyStory({ facade, sabotage, profile: 'managed-hsm' })
    expect(fc.check(story, { numRuns: STORIES, endOnFailure: true }).failed).toBe(true)
  })

  it('and tells the shortest story of it', () => {
    const { 'recover loses a tag': sabotage = () => ({}) } = SABOTEURS
    const story = everyStory({ facade, sabotage, profile: 'managed-hsm' })
    const { counterexample } = fc.check(story, { numRuns: STORIES, seed: 1 })
    const [, beginning = [], rest = []] = counterexample ?? []
    const told = [...beginning, ...rest].map(String)
    expect(told.length).toBeLessThan(8)
    expect(told.join('\n')).toMatch(/^(?:create|import|update) .*tagged[\s\S]*^delete /m)
  })
})
