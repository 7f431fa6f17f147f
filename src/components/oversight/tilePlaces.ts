/** 格子的位置 — row and column from 1, as a division lies towards its neighbours. */
export interface TilePlace {
  readonly row: number
  readonly column: number
}

/** 十四市的格子图 — north at the top, five columns, so that three characters fit on a phone. Own design. */
const PLACES: Readonly<Record<string, TilePlace>> = {
  '451200': { row: 1, column: 2 },
  '450200': { row: 1, column: 3 },
  '450300': { row: 1, column: 4 },
  '451100': { row: 1, column: 5 },
  '451000': { row: 2, column: 1 },
  '450100': { row: 2, column: 2 },
  '451300': { row: 2, column: 3 },
  '450800': { row: 2, column: 4 },
  '450400': { row: 2, column: 5 },
  '451400': { row: 3, column: 1 },
  '450600': { row: 3, column: 2 },
  '450700': { row: 3, column: 3 },
  '450500': { row: 3, column: 4 },
  '450900': { row: 3, column: 5 },
}

/** 格子图 — the place of every division when all of them have one; undefined otherwise: then they stand in a plain grid. */
export function placeTiles(codes: readonly string[]): ReadonlyMap<string, TilePlace> | undefined {
  const places = new Map<string, TilePlace>()
  for (const code of codes) {
    const place = PLACES[code]
    if (place === undefined) return undefined
    places.set(code, place)
  }
  return places.size === 0 ? undefined : places
}

/** 覆盖率的深浅 — five steps that differ in words as well as in shade. Own choice. */
export const RATE_BANDS = ['未开始', '不到 50%', '50% 以上', '80% 以上', '全部完成'] as const

/** 覆盖率的深浅 — place in `RATE_BANDS`; undefined when nobody is asked there. */
export function findBand(done: number, asked: number): number | undefined {
  if (asked === 0) return undefined
  if (done === 0) return 0
  if (done >= asked) return 4
  return done * 10 >= asked * 8 ? 3 : done * 2 >= asked ? 2 : 1
}
