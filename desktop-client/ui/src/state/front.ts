import { readView, saveView } from '@codelab/contracts/engine-ui/application'
import { openProject } from '@codelab/contracts/engine-ui/projects'
import { z } from 'zod/mini'
import { call } from '../engine/call.ts'
import type { EngineFailure } from '../engine/failure.ts'
import { changePage, tell, usePage } from './store.ts'

const params = { key: 'front' }

const Front = z.object({
  session: z.optional(z.string()),
  /** Whose the session is. */
  person: z.optional(z.string()),
  project: z.optional(z.string()),
})
type Front = z.infer<typeof Front>

const frontNow = (): Front => {
  const { session, person, project } = usePage.getState()
  return { ...(session && { session, ...(person && { person }) }), ...(project && { project }) }
}

async function bringBack({ session, person, project }: Front): Promise<void> {
  const before = usePage.getState()
  // Who starts with another folder begins there, without a conversation about this one.
  const isElsewhere = (asked: string | undefined) => asked !== undefined && asked !== project
  if (isElsewhere(before.project)) return
  const known = before.application?.projects.find(({ id }) => id === project)
  if (before.project === undefined && known?.present)
    await call(openProject, { body: { path: known.path } })
  // What a link or a second start brought to the front meanwhile is what the person wants.
  const { project: asked, session: shown, person: now } = usePage.getState()
  if (isElsewhere(asked)) return
  // Before the sign-in nobody knows yet who comes: that is looked at then.
  const own = now === undefined || person === undefined || now === person
  // Together: a conversation is opened with the project that it is about.
  changePage({
    ...(asked === undefined && known?.present && { project: known.id }),
    ...(shown === undefined && own && { session, person: now ?? person }),
  })
}

/** Brings back the project and the conversation that were in front when the application was left, and remembers them from now on. */
export async function keepFront(): Promise<void> {
  const { value } = await call(readView, { params })
  const front = Front.safeParse(value)
  // Until that is done, what is in front is not what the person left there.
  if (front.success)
    await bringBack(front.data).catch((error: unknown) => tell({ problem: error as EngineFailure }))
  let kept = JSON.stringify(value)
  const keep = () => {
    const now = frontNow()
    if (JSON.stringify(now) === kept) return
    kept = JSON.stringify(now)
    call(saveView, { params, body: { value: now } }).catch((error: unknown) =>
      console.warn('not remembered', error),
    )
  }
  usePage.subscribe(keep)
  keep()
}
