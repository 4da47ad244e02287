import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { createLog } from '@codelab/runtime/log'
import { createBindings } from '@codelab/engine/conversation/bindings'
import { stateOf } from '../../support/people.ts'
import { firstLoad, sum } from '../../support/page-size.ts'
import type { Bench, Figure } from '../bench.ts'
import { storeSessions, type StoredSession } from '../page/long-sessions.ts'
import { buildPage, openPage } from '../page/open-page.ts'
import { longAnswer } from '../page/said.ts'
import { measureOpening } from '../page/opening.ts'
import { measureScrolling } from '../page/scrolling.ts'
import { measureStreaming } from '../page/streaming.ts'
import { startPacedModel } from '../paced-model.ts'
import { type SignedIn, withPlatform } from '../with-platform.ts'

const lengths = { short: 100, long: 10_000 } as const
const sessionsOfEach = 5
const tokensPerSecond = 200
const charactersOfToken = 4
const sizeBudgetKiB = 450

const sessionsOf = (kind: keyof typeof lengths) =>
  Array.from({ length: sessionsOfEach }, (_, n) => ({
    id: randomUUID(),
    title: `A ${kind} one, ${n + 1}`,
    newest: `The last word of the ${kind} one, ${n + 1}`,
    length: lengths[kind],
  }))

async function sizeOf(ui: string): Promise<Figure> {
  const value = sum(await firstLoad(ui)) / 1024
  return {
    name: 'page after gzip, without what is loaded later',
    value,
    unit: 'KiB',
    atMost: sizeBudgetKiB,
  }
}

async function prepare({ platform, gateway, token }: SignedIn, folder: string) {
  const sessions = { short: sessionsOf('short'), long: sessionsOf('long') }
  const all = [...sessions.long, ...sessions.short]
  const log = createLog({ service: 'bench', level: 'warn' })
  const { database_url: databaseUrl } = await stateOf(platform.data)
  await storeSessions(all, { databaseUrl, userId: decodeJwt(token).sub!, log })
  const project = join(folder, 'project')
  const home = join(folder, 'home')
  await mkdir(project)
  await writeFile(join(project, 'README.md'), '# A project\n')
  const bindings = createBindings(home, gateway)
  for (const { id } of all) await bindings.bind(id, project)
  return { sessions, project, home } satisfies Record<string, unknown> & {
    sessions: Record<keyof typeof lengths, readonly StoredSession[]>
  }
}

/** The page in Chromium on engine and platform: how fast a long session opens and scrolls, what a fast answer costs, and how much is loaded. */
export const page: Bench = {
  name: 'page',
  about: 'a session of 10,000 messages opened and scrolled, 200 tokens/s streamed, the page’s size',
  async run({ folder, say }) {
    const ui = join(folder, 'ui')
    say('the page is built')
    await buildPage(ui)
    const words = longAnswer(tokensPerSecond * charactersOfToken * 60)
    const model = await startPacedModel(tokensPerSecond, (index) =>
      words.slice(index * charactersOfToken, (index + 1) * charactersOfToken),
    )
    try {
      return await withPlatform({ folder, modelUrl: model.url }, async (signedIn) => {
        const { sessions, project, home } = await prepare(signedIn, folder)
        const { username, password } = signedIn.platform.ready
        const { gateway } = signedIn
        const opened = await openPage({ gateway, username, password, home, project, ui })
        try {
          return [
            await sizeOf(ui),
            ...(await measureOpening(opened.page, sessions, say)),
            ...(await measureScrolling(opened.page, sessions.long[0]!, say)),
            ...(await measureStreaming(opened.page, { tokensPerSecond, say })),
          ]
        } finally {
          await opened.close()
        }
      })
    } finally {
      await model.close()
    }
  },
}
