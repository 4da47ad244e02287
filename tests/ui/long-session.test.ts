import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { type EngineEvent, eventsPath } from '@codelab/contracts/engine-ui/events'
import { storeSessions } from '../load/page/long-sessions.ts'
import { type OpenedPage, openPage } from '../load/page/open-page.ts'
import { timeToOpen } from '../load/page/opening.ts'
import { stateOf } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { silentLog } from '../support/silent-log.ts'
import { signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'
import { say } from './talk.ts'

/** The page with sessions of 10,000 messages and of 100: what is not seen must cost nothing. */
const lengths = { long: 10_000, short: 100 }
const rounds = [1, 2, 3, 4, 5]
/** Reading and drawing it all would take some ten times as long. */
const mostTimes = 3

const sessions = Object.entries(lengths).flatMap(([kind, length]) =>
  rounds.map((n) => ({
    id: randomUUID(),
    title: `A ${kind} one, ${n}`,
    newest: `The last word of the ${kind} one, ${n}`,
    length,
  })),
)
const of = (length: number) => sessions.filter((session) => session.length === length)

let platform: StartedPlatform
let opened: OpenedPage
let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codelab-long-'))
  platform = await startPlatform()
  const { gateway, username, password } = platform.ready
  const { access_token: token } = await signIn(gateway, username, password)
  const { database_url: databaseUrl } = await stateOf(platform.data)
  await storeSessions(sessions, { databaseUrl, userId: decodeJwt(token).sub!, log: silentLog })
  const project = join(scratch, 'project')
  await mkdir(project)
  const home = join(scratch, 'home')
  opened = await openPage({ gateway, username, password, home, project })
}, 180_000)

afterAll(async () => {
  await opened?.close()
  await platform?.remove()
  await rm(scratch, { recursive: true, force: true })
}, 60_000)

test('a session of 10,000 messages opens as fast as one of 100', async () => {
  const times = { long: [] as number[], short: [] as number[] }
  for (const [n, long] of of(lengths.long).entries()) {
    times.short.push(await timeToOpen(opened.page, of(lengths.short)[n]!))
    times.long.push(await timeToOpen(opened.page, long))
  }
  // Of each the fastest: what else this machine does only ever adds to a time.
  expect(Math.min(...times.long) / Math.min(...times.short)).toBeLessThan(mostTimes)
}, 120_000)

test('only what can be seen of it is in the document', async () => {
  expect(await opened.page.getByRole('log').getByRole('article').count()).toBeLessThan(40)
})

test('scrolled up, its earlier messages come; what was read stays where it is', async () => {
  const log = opened.page.getByRole('log')
  for (const turn of [2480, 2460, 2440]) {
    const question = log.getByText(`What does part ${turn} do?`, { exact: true })
    await expect(
      opened.page.evaluate(
        `bench.scrollUp(${JSON.stringify({ selector: '[role=log]', pixels: 300, forMs: 20_000, text: `What does part ${turn} do?` })})`,
      ),
    ).resolves.toMatchObject({ there: true })
    await question.waitFor()
  }
}, 180_000)

test('who says something sees it, scrolled up or not, though its answer came in the same moment', async () => {
  const { page } = opened
  let held: EngineEvent[] | undefined
  let release = () => undefined as void
  await page.routeWebSocket(new RegExp(`${eventsPath}\\?`), (socket) => {
    release = () => {
      socket.send(JSON.stringify(held?.splice(0)))
      held = undefined
    }
    socket.connectToServer().onMessage((text) => {
      if (held) held.push(...(JSON.parse(String(text)) as EngineEvent[]))
      else socket.send(text)
    })
  })
  await page.reload()
  await timeToOpen(page, of(lengths.short)[0]!)
  const log = page.getByRole('log')
  await log.evaluate((element) => {
    element.scrollTop = 0
  })
  held = []
  await say(page, 'count to 3')
  await until('the end of the turn', () =>
    held?.some(
      (event) =>
        event.type === 'frame' && event.frame.type === 'turn' && event.frame.state === 'finished',
    ),
  )
  release()
  await log.getByText('1 2 3', { exact: true }).waitFor()
}, 60_000)
