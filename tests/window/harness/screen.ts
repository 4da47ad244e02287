import { exec } from '../../cluster/harness/exec.ts'
import { until } from '../../support/until.ts'
import { type Desktop, screenWidth } from './desktop.ts'

/** In the bar above what is inside the window's border. */
const titleAt = { x: 300, y: -10 } as const

/** Keyboard and window manager of the desktop: what reaches the native window itself, and not its page alone. */
export function screenOf({ env }: Desktop) {
  const xdotool = async (...args: string[]) => (await exec('xdotool', args, { env })).trim()
  const theWindow = () =>
    until('the window on the screen', async () =>
      (await xdotool('search', '--onlyvisible', '--class', 'codelab').catch(() => ''))
        .split('\n')
        .at(-1),
    )
  /** Moves the pointer to this place of the window, from the upper left of what is inside its border. */
  const pointAt = async (x: number, y: number) =>
    xdotool('mousemove', '--window', await theWindow(), String(x), String(y))
  return {
    theWindow,
    title: async () => xdotool('getwindowname', await theWindow()),
    /** Where nobody manages windows, the one below the pointer has the focus. */
    lookElsewhere: () => xdotool('mousemove', '1599', '999'),
    press: async (keys: string) => {
      const window = await theWindow()
      await xdotool('windowfocus', '--sync', window)
      await xdotool('key', '--clearmodifiers', keys)
    },
    /** One of xdotool's commands for the mouse. */
    mouse: xdotool,
    pointAt,
    /** As a person makes a window as large as the screen, and small again. */
    clickTitleTwice: async () => {
      await pointAt(titleAt.x, titleAt.y)
      await xdotool('click', '--repeat', '2', '--delay', '50', '1')
    },
    /** Of the screen. */
    width: screenWidth,
    resize: async (width: number, height: number) =>
      xdotool('windowsize', '--sync', await theWindow(), String(width), String(height)),
    size: async () => {
      const geometry = await xdotool('getwindowgeometry', await theWindow())
      const [, width, height] = /Geometry: (\d+)x(\d+)/.exec(geometry) ?? []
      return { width: Number(width), height: Number(height) }
    },
  }
}
