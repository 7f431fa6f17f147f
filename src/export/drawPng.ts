import { type ChartPicture } from '#charts/picture'
import { writePng } from './writePng.ts'

/** Own choice: lines of text stay legible, and the picture is a third of what twice the size would be. */
const SCALE = 1.5

const drawn = new WeakMap<ChartPicture, Promise<Uint8Array>>()

/**
 * 位图 — a chart as PNG for programs that do not draw SVG, drawn once for all files; needs a canvas, hence the page and not the
 * worker.
 */
export function drawPng(picture: ChartPicture): Promise<Uint8Array> {
  const known = drawn.get(picture)
  if (known !== undefined) return known
  const png = paint(picture)
  drawn.set(picture, png)
  // What failed once may succeed the next time.
  png.catch(() => drawn.delete(picture))
  return png
}

async function paint({ svg, width, height }: ChartPicture): Promise<Uint8Array> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image(width * SCALE, height * SCALE)
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * SCALE)
    canvas.height = Math.round(height * SCALE)
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })
    if (context === null) throw new Error('no canvas')
    // Word's dark mode shows the page's colour through a transparent picture.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    return writePng(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)
  } finally {
    URL.revokeObjectURL(address)
  }
}
