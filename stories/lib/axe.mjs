// What axe-core finds in a page.

import axe from 'axe-core'

const SERIOUS = new Set(['serious', 'critical'])

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>} A line for each thing that is serious: the rule, and where.
 */
export async function seriousFindings(page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  )
  return violations
    .filter(({ impact }) => SERIOUS.has(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    )
}
