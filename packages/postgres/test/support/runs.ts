/** How often a property is tried: `SLOW=1` multiplies it by a hundred. */
export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: process.env['SLOW'] === '1' ? 100 * count : count,
})
