import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Route } from '@codelab/contracts/route'
import { engineRoutes } from '../../support/engine-routes.ts'
import { snapshotOf } from '../../support/snapshot.ts'
import { until } from '../../support/until.ts'
import { startEngineUnderTest } from './engine-under-test.ts'
import { ask } from './page.ts'

/** Bodies that would do something, by the path of their route; the others get an empty object. */
const bodies: Readonly<Record<string, unknown>> = {
  '/api/v1/settings': { theme: 'dark' },
  '/api/v1/account/server': { server: 'http://127.0.0.1:2' },
  '/api/v1/account/sign_in': { way: 'browser' },
  '/api/v1/projects/open': { path: '/tmp' },
  '/api/v1/projects/:project/entries': { path: 'planted', kind: 'file' },
  '/api/v1/projects/:project/entries/move': { path: 'README.md', to: 'moved.md' },
  '/api/v1/projects/:project/entries/trash': { path: 'README.md' },
  '/api/v1/projects/:project/file': { path: 'planted.txt', text: 'planted', version: null },
  '/api/v1/views/:key': { value: 'planted' },
}

const origins = {
  'no origin': undefined,
  'the origin null': 'null',
  'another origin': 'https://evil.example',
  'another port': 'http://127.0.0.1:1',
}

/** Requests that carry the person's cookie and come from no script of their page. */
test('every route with every method, the cookie and no origin of ours: no effect', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-project-'))
  await writeFile(join(folder, 'README.md'), 'kept')
  const engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false, folder })
  try {
    const { origin, cookie } = engine.page
    const everything = async () => ({
      files: await snapshotOf(engine.root),
      project: await snapshotOf(folder),
      state: await engine.page.get('/api/v1/state'),
    })
    await until('the engine has written what it writes by itself', async () =>
      Object.keys(await snapshotOf(engine.home)).some((path) => path.includes('/open/')),
    )
    const before = await everything()
    const passed: string[] = []
    let tried = 0
    const send = async (route: Route, method: string, from: string | undefined) => {
      const path = route.path.replace(':project', engine.projectId).replace(/:\w+/g, 'x')
      const { status } = await ask(origin, {
        method,
        path,
        headers: {
          cookie,
          'content-type': 'application/json',
          ...(from !== undefined && { origin: from }),
        },
        body: JSON.stringify(bodies[route.path] ?? {}),
      })
      tried += 1
      if (status !== 403) passed.push(`${method} ${path} from ${from}: ${status}`)
    }
    for (const [, route] of engineRoutes)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
        for (const from of Object.values(origins)) await send(route, method, from)
    expect(passed).toEqual([])
    expect(await everything()).toEqual(before)
    expect(tried).toBeGreaterThan(500)
    console.log(`${tried} requests, 0 effects`)
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
