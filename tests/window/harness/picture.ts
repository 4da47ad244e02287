import { open } from 'node:fs/promises'
import { join } from 'node:path'

const bytesPerPixel = 4
/** Of the header that Xvfb writes before its pixels (the format of xwd), as numbers of 32 bits. */
const field = { headerSize: 0, bytesPerLine: 12, colors: 19 } as const
const colorBytes = 12

/** Part of the screen in which a window of usual size shows its page, below its menu. */
const area = { x: 20, y: 40, width: 1_200, height: 700 } as const

/** More dark points than this are text; a page without any has none. */
const textPoints = 300
const lightPart = 0.6
const light = 200
const dark = 110

/** Looks at the screen itself, so that only what a person can see counts. `folder`: where the desktop keeps its picture. */
export async function openPicture(folder: string) {
  const file = await open(join(folder, 'Xvfb_screen0'))
  const header = Buffer.alloc(100)
  await file.read(header, 0, header.length, 0)
  const number = (index: number) => header.readUInt32BE(index * 4)
  const line = number(field.bytesPerLine)
  const start = number(field.headerSize) + number(field.colors) * colorBytes + area.y * line
  const pixels = Buffer.alloc(area.height * line)
  return {
    /** A light window with text in it: the first useful thing that a person sees. */
    async showsText(): Promise<boolean> {
      await file.read(pixels, 0, pixels.length, start)
      let lights = 0
      let darks = 0
      for (let y = 0; y < area.height; y += 1) {
        const first = y * line + area.x * bytesPerPixel
        const last = first + area.width * bytesPerPixel
        for (let at = first; at < last; at += bytesPerPixel) {
          const green = pixels[at + 1]!
          if (green >= light) lights += 1
          else if (green < dark) darks += 1
        }
      }
      return darks >= textPoints && lights >= area.width * area.height * lightPart
    },
    close: () => file.close(),
  }
}
