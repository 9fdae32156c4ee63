// What rights the tour needs: all of its HSMs record what is done with them.

import { suggestRoles } from 'pocket-hsm'
import { describe, expect, it, vi } from 'vitest'

/** Runs every chapter, and returns what was done successfully with the HSMs of each. */
async function recordedTour() {
  let hsms = []
  vi.resetModules()
  vi.doMock('pocket-hsm', async (importOriginal) => {
    const original = await importOriginal()
    const createHsm = (options) => {
      hsms.push(original.createHsm(options))
      return hsms.at(-1)
    }
    return { ...original, createHsm }
  })
  try {
    const { chapters } = await import('../chapters/index.mjs')
    const { readAudit } = await import('pocket-hsm')
    const { runTour } = await import('../run-tour.mjs')
    const report = { chapter() {}, begins() {}, ended() {}, summary() {} }
    return chapters.map((chapter) => {
      hsms = []
      expect(runTour([chapter], report)).toMatchObject({ failed: 0 })
      const entries = hsms.flatMap((hsm) => readAudit(hsm, { outcome: 'success' }).entries)
      return { name: chapter.name, entries }
    })
  } finally {
    vi.doUnmock('pocket-hsm')
    vi.resetModules()
  }
}

const kindOf = (scopes) => (scopes[0].startsWith('/keys/') ? 'keys' : scopes[0])
/** Where, how many data actions, the smallest built-in role, and how many others it has. */
const row = ({ scopes, builtIn, dataActions }) => [
  kindOf(scopes),
  dataActions.length,
  builtIn?.roleName ?? 'none',
  builtIn?.otherDataActions.length ?? 0,
]

describe('the roles of the tour', async () => {
  const chapters = await recordedTour()

  it('are built-in ones with data actions to spare, but for chapters that recover or purge keys', () => {
    const rows = chapters.map(({ name, entries }) => [name, suggestRoles({ entries }).map(row)])
    expect(Object.fromEntries(rows)).toEqual({
      pem: [['keys', 3, 'Managed HSM Crypto User', 16]],
      wrapping: [['keys', 4, 'Managed HSM Crypto User', 15]],
      ec: [['keys', 4, 'Managed HSM Crypto User', 15]],
      symmetric: [['keys', 6, 'Managed HSM Crypto User', 13]],
      versions: [
        ['keys', 5, 'Managed HSM Crypto User', 14],
        ['/keys', 1, 'Managed HSM Crypto Service Encryption User', 2],
      ],
      deletion: [
        ['keys', 5, 'none', 0],
        ['/keys', 1, 'Managed HSM Crypto Auditor', 3],
      ],
      backup: [
        ['keys', 6, 'none', 0],
        ['/keys', 1, 'Managed HSM Restore User', 2],
      ],
    })
  })

  it('are custom ones for the tour as a whole: no built-in role may both use and purge keys', () => {
    const entries = chapters.flatMap((chapter) => chapter.entries)
    const suggestions = suggestRoles({ entries }, { roleName: 'Tour' })
    expect(suggestions.map(row)).toEqual([
      ['keys', 16, 'none', 0],
      ['/keys', 3, 'none', 0],
    ])
    expect(suggestions.map(({ definition }) => definition.roleName)).toEqual([
      'Tour',
      'Tour (all keys)',
    ])
    for (const { dataActions, definition } of suggestions) {
      expect(definition.dataActions).toEqual(dataActions)
    }
  })
})
