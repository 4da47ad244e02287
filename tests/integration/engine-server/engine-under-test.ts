import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { type EngineOptions, startEngine } from '@codelab/engine/server/start'
import { silentLog } from '../../support/silent-log.ts'
import { openPage, type Page } from './page.ts'

/** An engine with a home and a project folder of its own, signed in at a server, and a page of it. */
export type EngineUnderTest = Awaited<ReturnType<typeof startEngineUnderTest>>

type Options = Partial<EngineOptions> & { readonly signedIn?: boolean; readonly folder?: string }

export const startEngineUnderTest = async (server: string, options: Options = {}) => {
  const root = await mkdtemp(join(tmpdir(), 'codelab-engine-'))
  const [home, project] = [join(root, 'home'), options.folder ?? join(root, 'project')]
  await mkdir(project, { recursive: true })
  const tokens = createTokenFiles(home)
  const now = Date.now()
  if (options.signedIn !== false) {
    await tokens.save(server, {
      access_token: tokenOf('u1'),
      received_at: now,
      expires_at: now + 3_600_000,
    })
  }
  const start = () =>
    startEngine({
      home: { folder: home, chosen: true },
      env: { PATH: process.env['PATH'] ?? '', HOME: root, LANG: 'C.UTF-8' },
      log: silentLog,
      version: '0.1.0',
      uiFolder: join(root, 'ui'),
      shownIn: 'browser',
      openInBrowser: async () => false,
      ...options,
      server,
      folder: project,
    })
  const engine = await start()
  const page: Page = await openPage(engine.entry())
  const { project: id } = await page.get<{ project: string }>('/api/v1/state')
  return {
    root,
    home,
    project,
    projectId: id,
    tokens,
    engine,
    page,
    /** Another engine on the same home. */
    another: start,
    stop: async () => {
      await page.close()
      await engine.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** The client reads a token's claims for showing only, so any signature will do. */
export function tokenOf(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub, aud: 'urn:codelab:workspace:local/dev', roles: ['user'] }
  return `${part({ alg: 'none' })}.${part(claims)}.x`
}
