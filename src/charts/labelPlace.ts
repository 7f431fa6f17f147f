/** 点 — x and y in pixels, y downwards. */
export type Point = readonly [x: number, y: number]

/** 标签的框 — of a label, or of the space it may stand in; pixels. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Own choices: how near a label stands to its point, in steps of so much farther, and what it keeps between it and a line. */
const NEAREST = { x: 8, y: 3 } as const
const STEP = 7
const STEPS = 10
const CLEAR = 2

/** Where a label stands to its point: right, left or straight, and below, above or level; the best first. */
const SIDES: readonly Point[] = [
  [1, 1],
  [1, -1],
  [-1, -1],
  [-1, 1],
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
]

/**
 * 标签的位置 — where a label of a point stands so that no line runs through it: the nearest place around the point that lies in
 * `frame`. Where there is none, the nearest in the frame, and nothing in the frame at all: right below.
 */
export function placeLabel(
  [x, y]: Point,
  size: { readonly width: number; readonly height: number },
  lines: readonly (readonly Point[])[],
  frame: Box,
): Box {
  const steps = Array.from({ length: STEPS }, (_, at) => at)
  const places = steps.flatMap((both) =>
    steps.slice(0, both + 1).flatMap((up) =>
      SIDES.map(([beside, below]): Box => {
        const reach = NEAREST.x + (both - up) * STEP
        const away = (beside === 0 ? NEAREST.x : NEAREST.y) + up * STEP
        const left = beside === 0 ? x - size.width / 2 : beside < 0 ? x - reach - size.width : x + reach
        const top = below === 0 ? y - size.height / 2 : below < 0 ? y - away - size.height : y + away
        return { left, right: left + size.width, top, bottom: top + size.height }
      }),
    ),
  )
  const inside = places.filter(
    ({ left, right, top, bottom }) =>
      left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom,
  )
  const isFree = (place: Box): boolean => !lines.some((points) => crosses(points, grow(place, CLEAR)))
  return inside.find(isFree) ?? inside[0] ?? places[0]!
}

function grow({ left, right, top, bottom }: Box, by: number): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by }
}

function crosses(points: readonly Point[], box: Box): boolean {
  return points.some((to, at) => isWithin(points[Math.max(0, at - 1)]!, to, box))
}

/** Whether any part of the line from one point to the other lies in the box: it is cut to the box side by side. */
function isWithin([x1, y1]: Point, [x2, y2]: Point, box: Box): boolean {
  let [from, to] = [0, 1]
  for (const [start, way, low, high] of [
    [x1, x2 - x1, box.left, box.right],
    [y1, y2 - y1, box.top, box.bottom],
  ] as const) {
    if (way === 0) {
      if (start < low || start > high) return false
      continue
    }
    const [a, b] = [(low - start) / way, (high - start) / way]
    from = Math.max(from, Math.min(a, b))
    to = Math.min(to, Math.max(a, b))
  }
  return from <= to
}
