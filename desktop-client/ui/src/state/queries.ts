import { QueryClient } from '@tanstack/react-query'
import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { EngineFailure } from '../engine/failure.ts'

/** What is worth asking again: the others stay wrong until somebody does something. */
const mayPass = (error: unknown) =>
  error instanceof EngineFailure && ['unavailable', 'upstream_timeout'].includes(error.code)

/** Answers of the engine, kept while they are shown; events say what to ask again. */
export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        retry: (failures, error) => failures < 2 && mayPass(error),
        refetchOnWindowFocus: false,
      },
    },
  })

/** Keys begin with what they are of, so that an event drops all of it. */
export const keys = {
  sessions: ['sessions'],
  jobs: ['jobs'],
  models: ['models'],
  usage: ['usage'],
  notifications: ['notifications'],
  result: (session: string, call: string) => ['result', session, call],
  tree: (project: string) => ['project', project, 'tree'],
  folder: (project: string, path: string) => ['project', project, 'tree', path],
  git: (project: string) => ['project', project, 'git'],
  names: (project: string) => ['project', project, 'names'],
  changes: (project: string) => ['project', project, 'changes'],
} as const

/** A changed text is in the same tree; what came or went is not, nor is what rules of git say of it. */
function oldOfFiles({ project, changes, more }: Extract<EngineEvent, { type: 'files' }>) {
  const newRules = changes.some(({ path }) => /(^|\/)\.gitignore$/.test(path))
  if (more || newRules) return [keys.tree(project), keys.names(project)]
  const moved = changes.filter(({ change }) => change !== 'modified')
  if (moved.length === 0) return []
  const folders = new Set(
    moved.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/')))),
  )
  return [keys.names(project), ...[...folders].map((folder) => keys.folder(project, folder))]
}

/** Drops the answers that these events make old. */
export function dropOld(queries: QueryClient, events: readonly EngineEvent[]): void {
  const old = new Map<string, readonly unknown[]>()
  const add = (key: readonly unknown[]) => old.set(JSON.stringify(key), key)
  for (const event of events) {
    if (event.type === 'sessions') add(keys.sessions)
    else if (event.type === 'job') add(keys.jobs)
    else if (event.type === 'frame' && event.frame.type === 'turn') add(keys.usage)
    else if (event.type === 'git') add(keys.git(event.project))
    else if (event.type === 'project') {
      // Opened, gone or back: another folder may lie there now.
      add(keys.tree(event.project.id))
      add(keys.names(event.project.id))
      add(keys.git(event.project.id))
    } else if (event.type === 'files') {
      add(keys.changes(event.project))
      for (const key of oldOfFiles(event)) add(key)
    }
  }
  for (const queryKey of old.values()) void queries.invalidateQueries({ queryKey })
}
