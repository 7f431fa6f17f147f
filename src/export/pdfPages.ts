/** 版面单元 — the smallest part that a page break cannot divide: a line, a row, a picture. Lengths are points. */
export interface Piece {
  /** The block it belongs to, by its place in the outline. */
  readonly block: number
  /** With the gap above it, which is dropped at the head of a page. */
  readonly height: number
  readonly gap: number
  /** A picture may be drawn so small where it then fits. */
  readonly least?: number
  /** Stays on the page of the next piece. */
  readonly isTied: boolean
  /** The head of its table, repeated where a page begins within the table. */
  readonly head: number
}

/** 一页的单元 — which piece stands there and how high; `isFirst` on its page. */
export interface PlacedPiece {
  readonly at: number
  readonly height: number
  readonly isFirst: boolean
}

/**
 * 分页 — pieces in their order onto pages of a height; `begun` is taken already on the first. A page is broken where it is full,
 * but not between tied pieces unless there are more of them than a page holds. A picture gives way before a page does. The
 * first page stays empty when what comes first does not fit under what is there.
 */
export function fillPages(
  pieces: readonly Piece[],
  height: number,
  begun: number,
): readonly (readonly PlacedPiece[])[] {
  const pages: (readonly PlacedPiece[])[] = []
  let page: PlacedPiece[] = []
  let used = begun
  let at = 0
  const turn = (kept: number): void => {
    at -= page.length - kept
    pages.push(page.slice(0, kept))
    page = []
    used = 0
  }
  while (at < pieces.length) {
    const piece = pieces[at]!
    const isFirst = used === 0
    const goesOn = isFirst && pieces[at - 1]?.block === piece.block
    const extra = (goesOn ? piece.head : 0) - (isFirst ? piece.gap : 0)
    const room = height - used
    const least = piece.least ?? piece.height
    if (least + extra > room && used > 0) {
      let kept = page.length
      while (kept > 0 && pieces[page[kept - 1]!.at]!.isTied) kept -= 1
      // All tied: the chain begins on the next page if it can, otherwise it is broken here.
      turn(kept === 0 && (pages.length > 0 || begun === 0) ? page.length : kept)
      continue
    }
    const drawn = Math.max(least, Math.min(piece.height, room - extra))
    page.push({ at, height: drawn, isFirst })
    used += drawn + extra
    at += 1
  }
  return [...pages, page]
}
