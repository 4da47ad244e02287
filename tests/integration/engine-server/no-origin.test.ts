import * as account from '@codelab/contracts/engine-ui/account'
import * as application from '@codelab/contracts/engine-ui/application'
import * as approvals from '@codelab/contracts/engine-ui/approvals'
import * as changes from '@codelab/contracts/engine-ui/changes'
import * as conversations from '@codelab/contracts/engine-ui/conversations'
import * as files from '@codelab/contracts/engine-ui/files'
import * as jobs from '@codelab/contracts/engine-ui/jobs'
import * as projects from '@codelab/contracts/engine-ui/projects'
import * as settings from '@codelab/contracts/engine-ui/settings'
import type { Route } from '@codelab/contracts/route'
import { snapshotOf } from '../../support/snapshot.ts'
import { until } from '../../support/until.ts'
import { startEngineUnderTest } from './engine-under-test.ts'
import { ask } from './page.ts'

const modules = [
  account,
  application,
  approvals,
  changes,
  conversations,
  files,
  jobs,
  projects,
  settings,
]
const routes = modules.flatMap((module) =>
  Object.values(module).filter(
    (value: unknown): value is Route =>
      typeof value === 'object' && value !== null && 'path' in value && 'fails' in value,
  ),
)

/** Bodies that would do something, by the path of their route; the others get an empty object. */
const bodies: Readonly<Record<string, unknown>> = {
  '/api/v1/settings': { theme: 'dark' },
  '/api/v1/account/server': { server: 'http://127.0.0.1:2' },
  '/api/v1/account/sign_in': { way: 'browser' },
  '/api/v1/projects/open': { path: '/tmp' },
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
  const engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
  try {
    const { origin, cookie } = engine.page
    const everything = async () => ({
      files: await snapshotOf(engine.root),
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
    for (const route of routes)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
        for (const from of Object.values(origins)) await send(route, method, from)
    expect(passed).toEqual([])
    expect(await everything()).toEqual(before)
    expect(tried).toBeGreaterThan(500)
    console.log(`${tried} requests, 0 effects`)
  } finally {
    await engine.stop()
  }
}, 60_000)
