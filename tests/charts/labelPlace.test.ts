import { describe, expect, it } from 'vitest'
import { placeLabel, type Point } from '#charts/labelPlace'

const FRAME = { left: 0, right: 200, top: 0, bottom: 100 }
const SIZE = { width: 30, height: 14 }
const TIP: Point = [100, 50]
const place = (lines: readonly (readonly Point[])[], tip = TIP) => placeLabel(tip, SIZE, lines, FRAME)

describe('标签的位置', () => {
  it('is right below its point where nothing is in the way: 8 to the right, 3 below', () => {
    expect(place([])).toEqual({ left: 108, right: 138, top: 53, bottom: 67 })
  })

  it('leaves a line that goes on from the point, level or falling, by standing right above', () => {
    // Falls by half a pixel per pixel: at 108 it is at 54, inside the place right below.
    const falling: readonly Point[] = [TIP, [200, 100]]
    expect(place([falling])).toEqual({ left: 108, right: 138, top: 33, bottom: 47 })
  })

  it('counts a line that passes through without a point of it inside', () => {
    const steep: readonly Point[] = [
      [120, 0],
      [125, 100],
    ]
    // Both places at the right are cut by it: left above.
    expect(place([steep])).toEqual({ left: 62, right: 92, top: 33, bottom: 47 })
  })

  it('goes further away between two lines, as far as it must', () => {
    const level = (y: number): readonly Point[] => [
      [0, y],
      [200, y],
    ]
    // 40 cuts from 33 to 47, 60 from 53 to 67, and seven further out both still cut. Straight above it is 8 away, seven
    // further it ends at 35, clear of 40, in the middle over the point.
    expect(place([level(50), level(60), level(40)])).toEqual({ left: 85, right: 115, top: 21, bottom: 35 })
  })

  it('stands level with a point at the foot from which a line rises steeply: below is no room, above is the line', () => {
    // Twice as steep as wide: at 6 to the right, two before the words, it is 12 higher, and they are 7 high, and 2 to keep.
    expect(
      place(
        [
          [
            [20, 92],
            [60, 12],
          ],
        ],
        [20, 92],
      ),
    ).toEqual({ left: 28, right: 58, top: 85, bottom: 99 })
  })

  it('stays in its frame, at the right edge and at the foot', () => {
    expect(place([], [190, 50])).toEqual({ left: 152, right: 182, top: 33, bottom: 47 })
    expect(place([], [100, 95])).toEqual({ left: 108, right: 138, top: 78, bottom: 92 })
  })

  it('stands somewhere even where lines are everywhere', () => {
    const hatch = Array.from({ length: 50 }, (_, at): readonly Point[] => [
      [0, at * 2],
      [200, at * 2],
    ])
    expect(place(hatch)).toEqual({ left: 108, right: 138, top: 53, bottom: 67 })
  })
})
