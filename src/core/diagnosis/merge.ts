/** 同时修改 — a field that two windows changed to different values since they last agreed. `undefined`: cleared. */
export interface Collision {
  readonly field: string
  readonly mine: unknown
  readonly theirs: unknown
}

export interface Merged<Fields> {
  readonly fields: Fields
  readonly collisions: readonly Collision[]
}

type Fields = Readonly<Record<string, unknown>>

/**
 * 合并 — two changed copies of one set of fields, field by field: what only one side changed is taken, what both changed
 * alike is taken, what they changed differently is taken from `mine` and told as a collision, so that nobody is
 * overwritten without a word.
 */
export function mergeFields<Kind extends Fields>(base: Kind, mine: Kind, theirs: Kind): Merged<Kind> {
  const merged: Record<string, unknown> = {}
  const collisions: Collision[] = []
  for (const field of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const before = write(base[field])
    const here = write(mine[field])
    const there = write(theirs[field])
    if (here !== before && there !== before && here !== there) {
      collisions.push({ field, mine: mine[field], theirs: theirs[field] })
    }
    const value = here === before ? theirs[field] : mine[field]
    if (value !== undefined) merged[field] = value
  }
  return { fields: merged as Kind, collisions }
}

/** A value as text to compare. Names are sorted: scenes rated alike are the same answer in whatever order it was done. */
function write(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
}
