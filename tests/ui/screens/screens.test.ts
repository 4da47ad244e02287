import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openApplication, size, type Application } from '../application.ts'
import { runInPage } from '../in-page/run.ts'
import { controlsReadAloud } from './controls-read-aloud.ts'
import { looks, wear } from './looks.ts'
import { pictured, pictureName, takePicture } from './picture.ts'
import { violationsOf } from './violations.ts'
import { files, tour } from './tour.ts'

/** Every screen in every language and theme: what axe says (WCAG 2.2 AA), names, focus, 200 % zoom, reduced motion, and its picture. */
let application: Application

beforeAll(async () => {
  application = await openApplication(files)
}, 180_000)
afterAll(() => application?.close(), 60_000)

const [english] = looks
/** A window of the usual size whose page is enlarged twice has half the room in both directions. */
const zoomed = { width: size.width / 2, height: size.height / 2 }

describe.each(tour)('$name', ({ name, go, menu, pictured: isPictured }) => {
  // Without the engine nobody can change the language.
  const wears = name === 'engine-lost' ? [] : looks

  test('comes up', () => go(application), 60_000)

  test('has no violation in any language and theme, and every control has a name', async () => {
    const { page } = application
    const found: string[] = []
    for (const look of wears) {
      await wear(page, look)
      const where = `${look.language} ${look.theme}`
      if (isPictured) await takePicture(application, name, look)
      found.push(...(await violationsOf(page)).map((each) => `${where}: ${each}`))
      const unnamed = (await controlsReadAloud(page)).filter((each) => each.endsWith('“”'))
      found.push(...unnamed.map((each) => `${where}: without a name: ${each}`))
    }
    if (wears.length === 0) found.push(...(await violationsOf(page)))
    expect(found).toEqual([])
  })

  test('fits at 200 %: nothing is cut off, nothing scrolls sideways', async () => {
    const { page } = application
    await page.setViewportSize(zoomed)
    const found: string[] = []
    for (const look of wears.filter(({ theme }) => theme === 'light')) {
      await wear(page, look)
      found.push(
        ...(await runInPage(page, 'sideways-scroll')),
        ...(await runInPage(page, 'clipped-controls')),
        ...(await violationsOf(page)),
      )
    }
    await page.setViewportSize(size)
    if (wears.length > 0) await wear(page, english!)
    expect(found).toEqual([])
  })

  test('moves nothing for a person who wants no motion', async () => {
    const { page } = application
    await page.emulateMedia({ reducedMotion: 'reduce' })
    const moving = await page.evaluate<string[]>(
      `[...document.querySelectorAll('*')].filter((element) => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
        return animationName !== 'none' || scrollBehavior === 'smooth' ||
          transitionDuration.split(', ').some((time) => parseFloat(time) > 0)
      }).map(({ tagName, className }) => tagName + '.' + className)`,
    )
    await page.emulateMedia({ reducedMotion: null })
    expect(moving).toEqual([])
  })

  if (!menu)
    test('is walked through with Tab in the order of the page, and it is seen where the focus is', async () => {
      const { page } = application
      const before = page.locator(':focus')
      const held = (await before.count()) === 1 ? await before.elementHandle() : null
      const wanted = await runInPage(page, 'focusable-controls')
      const reached: string[] = []
      const complaints: string[] = []
      // Once around, from wherever the focus is.
      for (let presses = 0; presses < wanted.length + 100; presses += 1) {
        await page.keyboard.press('Tab')
        const stop = await runInPage(page, 'focused-control')
        if (!stop) continue
        if (reached[0] === stop.id) break
        reached.push(stop.id)
        complaints.push(...stop.complaints.map((each) => `${stop.id} ${each}`))
      }
      // A field for keys would take the next command's for its own.
      if (held) await held.focus()
      else await page.evaluate('document.activeElement?.blur()')
      const order = reached.filter((id) => wanted.includes(id))
      const turn = wanted.indexOf(order[0]!)
      expect(complaints).toEqual([])
      expect(order).toEqual([...wanted.slice(turn), ...wanted.slice(0, turn)])
    })
})

test('every screen that is shown in docs/screens has its pictures there', () => {
  const folder =
    process.env['SCREENS_FOLDER'] ?? resolve(import.meta.dirname, '../../../docs/screens')
  const wanted = tour
    .filter((screen) => screen.pictured)
    .flatMap(({ name }) => pictured.map((look) => pictureName(name, look)))
  expect(wanted.filter((name) => !existsSync(join(folder, name)))).toEqual([])
})
