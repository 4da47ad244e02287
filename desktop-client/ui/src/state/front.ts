import { readView, saveView } from '@codelab/contracts/engine-ui/application'
import { openProject } from '@codelab/contracts/engine-ui/projects'
import { z } from 'zod'
import { call } from '../engine/call.ts'
import { attempt, changePage, usePage } from './store.ts'

const params = { key: 'front' }

const Front = z.object({
  session: z.string().optional(),
  /** Whose the session is. */
  person: z.string().optional(),
  project: z.string().optional(),
})
type Front = z.infer<typeof Front>

const frontNow = (): Front => {
  const { session, person, project } = usePage.getState()
  return { ...(session && { session, ...(person && { person }) }), ...(project && { project }) }
}

async function bringBack({ session, person, project }: Front): Promise<void> {
  const { application, project: asked, session: shown, person: now } = usePage.getState()
  // Before the sign-in nobody knows yet who comes: that is looked at then.
  const own = now === undefined || person === undefined || now === person
  // Who starts with another folder begins there, without a conversation about this one.
  if (asked !== undefined && asked !== project) return
  const known = application?.projects.find(({ id }) => id === project)
  if (asked === undefined && known?.present) await call(openProject, { body: { path: known.path } })
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
  if (front.success) attempt(bringBack(front.data))
  let kept = JSON.stringify(value)
  usePage.subscribe(() => {
    const now = frontNow()
    if (JSON.stringify(now) === kept) return
    kept = JSON.stringify(now)
    call(saveView, { params, body: { value: now } }).catch((error: unknown) =>
      console.warn('not remembered', error),
    )
  })
}
