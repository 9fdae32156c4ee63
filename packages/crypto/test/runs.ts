/** The number of runs of a property: `SLOW=1` multiplies it by 100. */
export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: process.env['SLOW'] === '1' ? 100 * count : count,
})
