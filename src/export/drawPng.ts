import { type ChartPicture } from '#charts/picture'

/** Twice the size in pixels: sharp in print, still small. */
const SCALE = 2

/** 位图 — a chart as PNG for programs that do not draw SVG; needs a canvas, hence the page and not the worker. */
export async function drawPng({ svg, width, height }: ChartPicture): Promise<Uint8Array> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image(width * SCALE, height * SCALE)
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * SCALE)
    canvas.height = Math.round(height * SCALE)
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    // Word's dark mode shows the page's colour through a transparent picture.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (blob === null) throw new Error('no picture')
    return new Uint8Array(await blob.arrayBuffer())
  } finally {
    URL.revokeObjectURL(address)
  }
}
