import { describe, expect, it } from 'vitest'
import { amount, columns, duration, markdownTable, times } from '../../src/report/words.mjs'

describe('duration', () => {
  it.each([
    [35_477, '35.5 s'],
    [1000, '1 s'],
    [999.4, '999 ms'],
    [37.64, '37.6 ms'],
    [0.0123, '12.3 µs'],
    [0.00205, '2.1 µs'],
    [0.00016, '160 ns'],
    [0, '0 ns'],
  ])('says %d milliseconds as %s', (milliseconds, said) => {
    expect(duration(milliseconds)).toBe(said)
  })
})

describe('amount', () => {
  it.each([
    [1.5, undefined, '1.5 ms'],
    [1_873_877, 'bytes', '1,873,877 bytes'],
    [3.456, '|t|', '3.5 |t|'],
    [0, 'bytes', '0 bytes'],
  ])('says %d in %s as %s', (value, unit, said) => {
    expect(amount(value, unit)).toBe(said)
  })
})

describe('times', () => {
  it.each([
    [1, '1×'],
    [12.34, '12.3×'],
    [0.0561, '0.056×'],
    [1234.5, '1235×'],
  ])('says %d as %s', (ratio, said) => {
    expect(times(ratio)).toBe(said)
  })
})

describe('columns', () => {
  it('sets the first to the left and the others to the right', () => {
    expect(
      columns([
        ['a', '1'],
        ['long', '200'],
      ]),
    ).toEqual(['a       1', 'long  200'])
  })
})

describe('markdownTable', () => {
  it('has a heading, a rule and a line for each row', () => {
    expect(markdownTable(['task', 'median'], [['a', '1 ms']])).toBe(
      '| task | median |\n| --- | ---: |\n| a | 1 ms |',
    )
  })

  it('takes a bar in a cell for what it is', () => {
    expect(markdownTable(['r|s'], [])).toBe('| r\\|s |\n| --- |')
  })
})
