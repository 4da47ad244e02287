import { randomUUID } from 'node:crypto'
import type { Figure } from '../../load/bench.ts'
import { bearer, restClient } from '../../support/rest.ts'
import { withDatabase } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { answerTo, messageOf, type Wish } from './known-model.ts'

/** Jobs that were asked for, and what must come of each. */
export type Tasks = {
  /** Starts so many; resolves when all are accepted. */
  start(count: number): Promise<void>
  /** Waits for all to end, then counts in the database what each has done. */
  figures(): Promise<Figure[]>
}

type Task = { readonly id: string; readonly wish: Wish }
type Effect = { readonly state: string; readonly turns: number; readonly answers: string[] }

const acceptedWithinMs = 60_000
const endedWithinMs = 120_000

const effects = `
  select j.id, j.state,
    (select count(*)::int from turn t where t.job_id = j.id) as turns,
    array(select m.content from turn t join message m on m.turn_id = t.id
      where t.job_id = j.id and m.role = 'assistant' and m.content <> '') as answers
  from job j where j.id = any($1)`

/** Long work of one person's, each job in a session of its own; a request that was not answered is made again with the same id. */
export function createTasks(fleet: Fleet, token: string): Tasks {
  const rest = restClient(fleet.gateway, bearer(token))
  const tasks: Task[] = []

  const accepted = (path: string, json: object) =>
    until(
      `${path} to be accepted`,
      () =>
        rest('post', path, { json }).then(
          ({ status }) => status < 300,
          () => false,
        ),
      acceptedWithinMs,
    )
  const startOne = async () => {
    const session_id = randomUUID()
    const wish: Wish = { name: `task${tasks.length}`, words: 20, perSecond: 10 }
    const task = { id: randomUUID(), wish }
    tasks.push(task)
    const hello = messageOf({ name: `hello${tasks.length}`, words: 1, perSecond: 0 })
    await accepted('/api/v1/message', { session_id, id: randomUUID(), message: hello })
    const input = { goal: messageOf(wish) }
    await accepted('/api/v1/jobs', { session_id, id: task.id, kind: 'task', input })
  }
  const readEffects = () =>
    withDatabase(fleet.stores.urls.agentUrl, async (client) => {
      const ids = tasks.map(({ id }) => id)
      const { rows } = await client.query<Effect & { id: string }>(effects, [ids])
      return new Map(rows.map((row) => [row.id, row]))
    })
  const isOnce = ({ wish }: Task, effect: Effect | undefined) =>
    effect?.turns === 1 && effect.answers.length === 1 && effect.answers[0] === answerTo(wish)

  return {
    async start(count) {
      await Promise.all(Array.from({ length: count }, startOne))
    },
    async figures() {
      const over = async () =>
        (await readEffects())
          .values()
          .every(({ state }) => !['queued', 'running', 'waiting'].includes(state))
      await until('all jobs to end', () => over().catch(() => false), endedWithinMs)
      const found = await readEffects()
      const succeeded = tasks.filter(({ id }) => found.get(id)?.state === 'succeeded').length
      const once = tasks.filter((task) => isOnce(task, found.get(task.id))).length
      const { length } = tasks
      return [
        { name: 'jobs', value: length, unit: 'count' },
        { name: 'jobs succeeded', value: succeeded, unit: 'count', atLeast: length },
        {
          name: 'jobs whose effect is there exactly once',
          value: once,
          unit: 'count',
          atLeast: length,
        },
      ]
    },
  }
}
