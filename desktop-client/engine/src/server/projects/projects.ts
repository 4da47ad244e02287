import type { Project } from '@codelab/contracts/engine-ui/projects'
import type { Log } from '@codelab/runtime/log'
import { EngineFailure } from '../../engine-failure.ts'
import type { FileChange } from './file-batches.ts'
import { openProject, type OpenProject, projectIdOf, shownProject } from './open-project.ts'
import type { Presence } from './presence.ts'
import { isFolder, projectFolder } from './project-folder.ts'
import type { RecentProjects } from './recent-projects.ts'

/** The projects of this machine, and those that are open in this engine. */
export type Projects = {
  list(): Promise<Project[]>
  /** Opens a folder that a person named; harmless when it is open. */
  open(typed: string): Promise<OpenProject>
  /** An open project; throws when it is not. */
  get(id: string): OpenProject
  shown(project: OpenProject): Promise<Project>
  /** The open project at a real path. */
  at(path: string): OpenProject | undefined
  close(id: string): Promise<void>
  forget(id: string): Promise<void>
  closeAll(): Promise<void>
}

export type ProjectsParts = {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly now: () => number
  readonly recent: RecentProjects
  readonly presence: Presence
  readonly onProject: (project: Project) => void
  readonly onFiles: (id: string, changes: FileChange[], more: boolean) => void
  readonly onGit: (id: string) => void
  /** Before a project is closed: closes what works in it. */
  readonly leave: (id: string) => Promise<void>
}

const notOpen = () =>
  new EngineFailure('not_found', 'project_not_open', {
    message: 'This project is not open here. Open it first.',
  })

export function createProjects(parts: ProjectsParts): Projects {
  const { home, env, log, now, recent, presence, onProject, onFiles, onGit, leave } = parts
  const open = new Map<string, Promise<OpenProject>>()
  const opened = new Map<string, OpenProject>()

  const shown = async (project: OpenProject): Promise<Project> =>
    shownProject(project, {
      open: opened.has(project.id),
      present: project.present(),
      open_elsewhere: await presence.isElsewhere(project.id),
    })
  const tell = (project: OpenProject) => {
    shown(project).then(onProject, (error: unknown) =>
      log.warn({ err: error }, 'a project could not be told'),
    )
  }

  const begin = async (path: string, id: string): Promise<OpenProject> => {
    const openedAt = new Date(now()).toISOString()
    const project = await openProject({
      path,
      openedAt,
      env,
      log,
      now,
      onFiles: (changes, more) => onFiles(id, changes, more),
      onGit: () => onGit(id),
      onPresent: () => tell(project),
    })
    opened.set(id, project)
    await presence.enter(id)
    return project
  }

  const close = async (id: string): Promise<void> => {
    const project = opened.get(id)
    if (!project) return
    await leave(id)
    opened.delete(id)
    open.delete(id)
    await project.close()
    await presence.leave(id)
    tell(project)
  }

  return {
    shown,
    list: async () => {
      const items = await recent.list()
      return await Promise.all(
        items.map(async ({ path, opened_at: openedAt }) => {
          const project = opened.get(projectIdOf(path))
          if (project) return await shown(project)
          return shownProject(
            { id: projectIdOf(path), path, openedAt },
            { open: false, present: await isFolder(path), open_elsewhere: false },
          )
        }),
      )
    },
    open: async (typed) => {
      const path = await projectFolder(typed, home)
      const id = projectIdOf(path)
      const known = open.get(id)
      const opening = known ?? begin(path, id)
      if (!known) {
        open.set(id, opening)
        opening.catch(() => open.delete(id))
      }
      const project = await opening
      await recent.add(path, new Date(now()).toISOString())
      tell(project)
      return project
    },
    get: (id) => {
      const project = opened.get(id)
      if (!project) throw notOpen()
      return project
    },
    at: (path) => opened.get(projectIdOf(path)),
    close,
    forget: async (id) => {
      await close(id)
      for (const { path } of await recent.list())
        if (projectIdOf(path) === id) await recent.remove(path)
    },
    closeAll: async () => {
      for (const id of opened.keys()) await close(id)
    },
  }
}
