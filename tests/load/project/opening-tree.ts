import { until } from '../../support/until.ts'
import { openProjectPage } from '../../ui/project-page.ts'
import { type Figure, rounds } from '../bench.ts'
import { median } from '../statistics.ts'
import type { Shape } from './large-project.ts'

/** Runs in the page before its own scripts: notes when the first line of the tree is on the screen. */
const noteFirstLine = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[role=treeitem]')) return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => (window.firstLine = performance.now())))
  }).observe(document, { childList: true, subtree: true })
`
/** From asking the engine for the project folder until its lines are painted. */
const measured = `(() => {
  const asked = performance.getEntriesByType('resource').find(({ name }) => /\\/tree(\\?|$)/.test(name))
  return window.firstLine && asked ? { total: window.firstLine - asked.startTime, answer: asked.duration } : undefined
})()`

type Opening = { readonly total: number; readonly answer: number }

/** Opens the page on a project again and again, each time with nothing of it remembered. */
export async function measureTree(
  { folder, ui }: { readonly folder: string; readonly ui: string },
  shape: Shape,
  say: (line: string) => void,
): Promise<Figure[]> {
  const project = await openProjectPage({}, { folder, ui, script: noteFirstLine })
  try {
    const openings: Opening[] = []
    // The first page comes while the project is still being watched for the first time.
    for (let round = 0; round <= rounds; round += 1) {
      const page = round === 0 ? project.page : await project.another()
      const opening = await until('the first line', () =>
        page.evaluate<Opening | undefined>(measured),
      )
      openings.push(opening)
      say(
        `${shape}: tree in ${opening.total.toFixed(0)} ms, ${opening.answer.toFixed(0)} ms of them the engine’s`,
      )
      if (round > 0) await page.context().close()
    }
    const [first, ...later] = openings as [Opening, ...Opening[]]
    return [
      {
        name: `${shape}: tree open, median`,
        value: median(later.map(({ total }) => total)),
        unit: 'ms',
        atMost: 300,
      },
      {
        name: `${shape}: tree open, longest`,
        value: Math.max(...later.map(({ total }) => total)),
        unit: 'ms',
      },
      {
        name: `${shape}: the engine’s answer in it, median`,
        value: median(later.map(({ answer }) => answer)),
        unit: 'ms',
      },
      { name: `${shape}: tree open right after the start`, value: first.total, unit: 'ms' },
    ]
  } finally {
    await project.close()
  }
}
