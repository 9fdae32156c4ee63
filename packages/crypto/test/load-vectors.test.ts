import { describe, expect, it } from 'vitest'
import { parseVectors } from './load-vectors.ts'

const file = (item: object, count = 1) =>
  JSON.stringify({
    schema: 'test-vectors/1',
    primitive: 'none',
    provenance: [{ id: 'made', doc: 'none' }],
    count,
    cases: [{ id: 'one', src: 'made', valid: true, ...item }],
  })

const suite = { fields: ['ct'], flags: ['high-s'] }

describe('a file of vectors', () => {
  it('is accepted when the suite names all its fields and flags', () => {
    expect(parseVectors(file({ ct: '00', flags: ['high-s'] }), suite).count).toBe(1)
  })

  it('is rejected for a field that the suite does not name', () => {
    expect(() => parseVectors(file({ tag: '00', flags: ['high-s'] }), suite)).toThrow('a field tag')
  })

  it('is rejected for a flag that the suite does not name', () => {
    expect(() => parseVectors(file({ flags: ['low-s'] }), suite)).toThrow('a flag low-s')
  })

  it('is rejected when no case has a flag that the suite names', () => {
    expect(() => parseVectors(file({ ct: '00' }), suite)).toThrow('No case has the flag high-s')
  })

  it('is rejected when a case is missing', () => {
    expect(() => parseVectors(file({}, 2), suite)).toThrow('1 cases, not 2')
  })

  it('is rejected when it has another schema', () => {
    expect(() => parseVectors(file({}).replace('vectors/1', 'vectors/2'), suite)).toThrow('schema')
  })
})
