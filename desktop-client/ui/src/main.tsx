import { QueryClientProvider } from '@tanstack/react-query'
import {
  listNotifications,
  readState,
  type ApplicationState,
} from '@codelab/contracts/engine-ui/application'
import { listWaitingCalls } from '@codelab/contracts/engine-ui/approvals'
import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { followDisk } from './screens/project/editors/outside-changes.ts'
import { runCommand } from './commands/registry.ts'
import { call } from './engine/call.ts'
import { EngineFailure } from './engine/failure.ts'
import { listenToEvents } from './engine/events.ts'
import { createFrameQueue } from './state/frame-queue.ts'
import { keepFront } from './state/front.ts'
import { ofPerson, type PageState } from './state/page-state.ts'
import { createQueries, dropOld } from './state/queries.ts'
import { changePage, takeEvents, tell, usePage } from './state/store.ts'
import './styles/style-nonce.ts' // before what makes styles
import './styles/base.css'
import './styles/highlight.css'

const queries = createQueries()

const stale = (open: PageState['conversations']): PageState['conversations'] =>
  Object.fromEntries(Object.entries(open).map(([id, one]) => [id, { ...one, stale: true }]))

/** The engine hands the page out with the picture of then. */
const firstState = (): ApplicationState =>
  JSON.parse(document.getElementById('state')!.textContent) as ApplicationState

/** Draws the whole picture: at the start, and when events were missed. Answers the last event that is in it. */
async function draw(application: ApplicationState): Promise<number> {
  const { project, ...page } = usePage.getState()
  changePage({
    ...ofPerson(page, application.account),
    application,
    project: project ?? application.project ?? application.projects.find(({ open }) => open)?.id,
    // What was open is opened again by the part that shows it; what was not sent stays there.
    conversations: stale(usePage.getState().conversations),
  })
  await queries.invalidateQueries()
  call(listNotifications).then(
    ({ items }) => changePage({ notifications: items }),
    () => undefined, // later ones come as events
  )
  if (application.account.state === 'signed_in') {
    call(listWaitingCalls).then(
      ({ items }) => changePage({ approvals: items }),
      () => undefined, // told by the connection's state; an event brings them later
    )
  }
  return application.cursor
}

const queue = createFrameQueue<EngineEvent>((events) => {
  takeEvents(events)
  dropOld(queries, events)
  followDisk(events)
  if (events.some((event) => event.type === 'hello' && event.reset)) void call(readState).then(draw)
  for (const event of events) if (event.type === 'command') runCommand(event.command)
})

async function start(): Promise<void> {
  const after = await draw(firstState())
  listenToEvents({
    after,
    onEvents: queue,
    onState: (engine) => changePage({ engine }),
  })
  keepFront().catch((error: unknown) => console.warn('not remembered', error))
}

// A failure that no part of the page took is told: nothing fails in silence.
addEventListener('unhandledrejection', ({ reason }) => {
  if (reason instanceof EngineFailure) tell({ problem: reason })
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
start().catch((error: unknown) => {
  console.error(error)
  changePage({ engine: 'ended' })
})
