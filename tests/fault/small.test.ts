import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holds } from '../load/bench.ts'
import { faults } from './faults.ts'

/** Each fault with small numbers; `npm run fault` plays them in earnest. */
test.each(faults.map((fault) => [fault.name, fault] as const))(
  '%s',
  async (_, fault) => {
    const folder = await mkdtemp(join(tmpdir(), 'codelab-fault-'))
    const said: string[] = []
    try {
      const figures = await fault.run({
        folder,
        say: (line) => void said.push(line),
        size: 'small',
      })
      const broken = figures.filter((figure) => holds(figure) === false)
      expect({ broken, said: broken.length > 0 ? said : [] }).toEqual({ broken: [], said: [] })
      expect(figures.filter((figure) => holds(figure)).length).toBeGreaterThan(0)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  300_000,
)
