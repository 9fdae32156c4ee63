// Results of groups that were run again take the place of the old ones.

/**
 * Joins results that were written before with those just found, in the order of the groups.
 *
 * @param {{ groups: readonly { name: string }[] }} before
 * @param {readonly { name: string }[]} finished
 * @param {readonly { name: string }[]} order Groups that are not among them are dropped.
 */
export function merged(before, finished, order) {
  const named = (groups, wanted) => groups.find(({ name }) => name === wanted)
  const groups = order.map(({ name }) => named(finished, name) ?? named(before.groups, name))
  return { groups: groups.filter((group) => group !== undefined) }
}
