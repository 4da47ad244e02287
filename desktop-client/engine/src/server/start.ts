import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ApplicationState, VersionMismatch } from '@codelab/contracts/engine-ui/application'
import type { ShellCommand, ShellEvent } from '@codelab/contracts/engine-ui/shell'
import type { SettingsState } from '@codelab/contracts/engine-ui/settings'
import { Id } from '@codelab/contracts/ids'
import type { Log } from '@codelab/runtime/log'
import type { Home } from '../account/home.ts'
import { openBrowser } from '../account/open-browser.ts'
import { localServer, serverAddress } from '../account/server-address.ts'
import { undoFolderIn } from '../conversation/bindings.ts'
import { judgeHere } from '../conversation/machine-rules.ts'
import { reasonOf } from '../engine-failure.ts'
import {
  availabilityOf,
  createSandbox,
  findBubblewrap,
} from '../workspace/program/sandbox/sandbox.ts'
import { sandboxOf } from '../settings/settings-file.ts'
import { openChanges } from '../workspace/undo/open-changes.ts'
import { createLinks } from './account/link.ts'
import { createSignInDesk } from './account/sign-in-desk.ts'
import { createApprovals } from './approvals/approvals.ts'
import { createOpenConversations } from './conversations/open-conversations.ts'
import { createEventLog } from './events/event-log.ts'
import { createEventSockets } from './events/event-sockets.ts'
import { createNotifications } from './feeds/notifications.ts'
import { approvalNews, jobNews, type Language } from './feeds/notification-texts.ts'
import { createPoll } from './feeds/poll.ts'
import { createServerFeeds } from './feeds/server-feeds.ts'
import { mismatchOf } from './feeds/version-mismatch.ts'
import { createEntries } from './gate/entries.ts'
import { createApp } from './http/app.ts'
import { listenLocally } from './http/listen.ts'
import { readStaticFiles } from './http/static-files.ts'
import { createPresence } from './projects/presence.ts'
import { createProjects } from './projects/projects.ts'
import { createRecentProjects } from './projects/recent-projects.ts'
import { accountRoutes } from './routes/account.ts'
import { applicationRoutes } from './routes/application.ts'
import { approvalRoutes } from './routes/approvals.ts'
import { changeRoutes } from './routes/changes.ts'
import { conversationRoutes } from './routes/conversations.ts'
import { fileRoutes } from './routes/files.ts'
import { jobRoutes } from './routes/jobs.ts'
import { projectRoutes } from './routes/projects.ts'
import { openSettings } from './settings/settings-store.ts'
import { createViews } from './settings/views.ts'
import { saveWindow } from './shell/window-file.ts'

export type EngineOptions = {
  readonly home: Home
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly version: string
  /** The built page: `desktop-client/ui/dist`. */
  readonly uiFolder: string
  readonly shownIn: ApplicationState['shown_in']
  /** Instead of the server in the settings. */
  readonly server?: string | undefined
  /** The project to open first. */
  readonly folder?: string | undefined
  readonly sandbox?: SettingsState['sandbox']
  readonly onShellEvent?: (event: ShellEvent) => void
  /** Asks the system's browser to show an address. */
  readonly openInBrowser?: (address: string) => Promise<boolean>
  readonly now?: () => number
}

export type Engine = {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string
  /** An address for one entry within a minute. */
  entry(): string
  command(command: ShellCommand): void
  close(): Promise<void>
}

const busyMs = 10_000
const quietMs = 30_000
const jobMs = 2_000

const languageOf = (chosen: string, env: EngineOptions['env']): Language => {
  const wanted = chosen === 'system' ? (env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '') : chosen
  return wanted.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

const platformOf = (): ApplicationState['platform'] => {
  const { platform } = process
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other'
}

/** Starts the engine with its local server: everything that a page needs, on 127.0.0.1 alone. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { env, log, version, shownIn, onShellEvent = () => undefined } = options
  const { openInBrowser = openBrowser, now = Date.now } = options
  const home = options.home.folder
  const events = createEventLog()
  const entries = createEntries(now)

  const found = findBubblewrap()
  const sandbox = createSandbox(
    async () => sandboxOf(settings.current()),
    () => found,
  )
  const settings = await openSettings({
    home,
    sandbox: options.sandbox ?? availabilityOf(await found),
    log,
    onChange: (state) => events.emit({ type: 'settings', settings: state }),
  })
  const language = () => languageOf(settings.current().language, env)

  const links = createLinks({
    home: options.home,
    server: serverAddress(options.server ?? settings.current().server ?? localServer),
    language: language(),
    now,
    leave: () => conversations.closeAll(),
  })
  const desk = createSignInDesk({
    account: () => links.current().account,
    openInBrowser,
    leave: () => conversations.closeAll(),
    onChange: (account) => {
      events.emit({ type: 'account', account })
      if (account.state === 'signed_in') touchAll()
    },
  })

  const projects = createProjects({
    home,
    env,
    log,
    now,
    recent: createRecentProjects(home),
    presence: createPresence(home, events.engine),
    onProject: (project) => events.emit({ type: 'project', project }),
    onFiles: (project, changes, more) => events.emit({ type: 'files', project, changes, more }),
    onGit: (project) => events.emit({ type: 'git', project }),
    leave: (project) => conversations.closeIn(project),
  })

  let mismatch: VersionMismatch | undefined
  const compareVersions = (server: string) => {
    const found = mismatchOf(server, version)
    if (JSON.stringify(found) === JSON.stringify(mismatch)) return
    mismatch = found
    events.emit({ type: 'mismatch', mismatch })
  }

  const conversations = createOpenConversations({
    links,
    projects,
    events,
    env,
    language: language(),
    log,
    sandbox,
    judge: (tool, args) => judgeHere(settings.current().approval_rules, tool, args),
    onFrame: (_, frame) => {
      if (frame.type === 'session') compareVersions(frame.server_version)
      if (frame.type === 'session' || frame.type === 'tool_call' || frame.type === 'tool_resolved')
        tellApprovals()
      if (frame.type === 'turn' || frame.type === 'tool_call' || frame.type === 'user_message')
        sessionsPoll.touch()
      if (frame.type === 'job') jobsPoll.touch()
    },
    onConnection: ({ connection }) => {
      if (connection.state === 'ended' && connection.problem?.reason === 'signed_out')
        void desk.look()
      tellApprovals()
    },
    onOpened: () => sessionsPoll.touch(),
  })

  const notifications = createNotifications({
    now,
    onNotification: (notification) => {
      events.emit({ type: 'notification', notification })
      if (settings.current().notifications) onShellEvent({ type: 'notification', notification })
    },
  })

  const feeds = createServerFeeds({
    home,
    links,
    now,
    isOpen: (sessionId) => conversations.find(sessionId) !== undefined,
    isWaiting: (sessionId) => approvals.waiting().some((call) => call.session_id === sessionId),
    onSessions: (items, removed) => events.emit({ type: 'sessions', items, removed }),
    onJob: (job) => events.emit({ type: 'job', job }),
    onJobEnded: (job) => notifications.add(jobNews(language(), job)),
  })

  const approvals = createApprovals({
    links,
    conversations,
    titleOf: (sessionId) => feeds.now().titleOf(sessionId),
    now,
  })
  let told = '[]'
  const announced = new Set<string>()
  const tellApprovals = () => {
    const items = approvals.waiting()
    const text = JSON.stringify(items)
    if (text === told) return
    told = text
    events.emit({ type: 'approvals', items })
    onShellEvent({ type: 'waiting', count: items.length })
    for (const call of items) {
      if (announced.has(call.call_id)) continue
      announced.add(call.call_id)
      notifications.add(approvalNews(language(), call))
    }
  }

  const signedIn = () => desk.state().state === 'signed_in'
  const poll = (what: string, work: () => Promise<void>, activeMs: () => number) =>
    createPoll({
      what,
      log,
      everyMs: () => (sockets.pages() > 0 ? activeMs() : quietMs),
      work: async () => {
        if (!signedIn()) return
        await work().catch((error: unknown) => {
          desk.doubt(error)
          throw error
        })
      },
    })
  const sessionsPoll = poll(
    'the sessions',
    async () => (await feeds.now().sessions).refresh(),
    () => busyMs,
  )
  const approvalsPoll = poll(
    'the approvals',
    () => approvals.refresh().finally(tellApprovals),
    () => busyMs,
  )
  const jobsPoll = poll(
    'the jobs',
    () => feeds.now().jobs.refresh(),
    () => (feeds.now().jobs.anyAlive() ? jobMs : quietMs),
  )
  const polls = [sessionsPoll, approvalsPoll, jobsPoll]
  const touchAll = () => polls.forEach((one) => one.touch())

  const useServer = async (server: string) => {
    await settings.change({ server })
    if (server === links.current().account.server) return
    desk.cancel()
    await links.use(server)
    mismatch = undefined
    await desk.look()
  }

  let firstProject: string | undefined
  const state = async (): Promise<ApplicationState> => {
    const listed = await projects.list()
    return {
      version,
      platform: platformOf(),
      shown_in: shownIn,
      cursor: events.last(),
      account: desk.state(),
      settings: settings.state(),
      projects: listed,
      ...(firstProject !== undefined && { project: firstProject }),
      conversations: conversations.all().map(({ sessionId }) => sessionId),
      ...(mismatch && { mismatch }),
    }
  }

  const changes = openChanges({ folder: undoFolderIn(home), log, env })
  const app = createApp({
    host: () => local.host,
    entries,
    files: await readStaticFiles(options.uiFolder),
    log,
    onFailure: (error) => desk.doubt(error),
    routes: [
      ...accountRoutes({ desk, useServer, server: () => links.current().account.server }),
      ...projectRoutes(projects),
      ...fileRoutes(projects),
      ...changeRoutes(projects, changes),
      ...conversationRoutes({
        links,
        conversations,
        sessions: () => feeds.now().sessions,
        seen: () => feeds.now().seen,
        touched: () => sessionsPoll.touch(),
      }),
      ...approvalRoutes({
        approvals,
        touched: () => {
          tellApprovals()
          sessionsPoll.touch()
        },
      }),
      ...jobRoutes({ links, jobs: () => feeds.now().jobs, touched: () => jobsPoll.touch() }),
      ...applicationRoutes({ state, settings, views: createViews(home), notifications }),
    ],
  })
  const sockets = createEventSockets({
    host: () => local.host,
    entries,
    events,
    log,
    onPages: (count) => {
      if (count > 0) showWaiting()
      touchAll()
    },
  })
  const local = await listenLocally(app.callback(), (request, socket, head) =>
    sockets.upgrade(request, socket, head),
  )

  type Show = { project?: string; session_id?: string; link?: string }
  let toShow: Show[] = []
  const showWaiting = () => {
    for (const one of toShow) events.emit({ type: 'show', ...one })
    toShow = []
  }
  const show = (one: Show) => {
    toShow.push(one)
    if (sockets.pages() > 0) showWaiting()
  }

  const openPath = async (path: string): Promise<string> => {
    const isFile = (await stat(path).catch(() => undefined))?.isFile() === true
    const project = await projects.open(isFile ? dirname(path) : path)
    firstProject = project.id
    return project.id
  }
  /** Whatever a link asks beyond showing a session, the page asks the person about: any web page can open such a link. */
  const openDeepLink = (url: string) => {
    const id = /^codelab:\/\/session\/([^/?#]+)$/.exec(url)?.[1]
    if (id !== undefined && Id.safeParse(id).success) show({ session_id: id })
    else if (url.startsWith('codelab://')) show({ link: url })
  }
  const failedToOpen = (error: unknown) => {
    log.info({ err: error }, 'a folder could not be opened')
    const { message } = error as Error
    notifications.add({ kind: 'problem', title: 'CodeLab', text: message })
  }

  // The first picture does not wait for the server, nor for a large folder.
  void desk.look()
  if (options.folder !== undefined) await openPath(options.folder).catch(failedToOpen)

  const origin = `http://${local.host}`
  return {
    origin,
    entry: () => `${origin}/?t=${entries.issue()}`,
    command: (command) => {
      if (command.type === 'open')
        openPath(command.path).then((project) => show({ project }), failedToOpen)
      if (command.type === 'link') openDeepLink(command.url)
      if (command.type === 'window')
        saveWindow(home, command.window).catch((error: unknown) =>
          log.warn({ err: error, reason: reasonOf(error) }, 'the window was not remembered'),
        )
    },
    close: async () => {
      polls.forEach((one) => one.close())
      sockets.close()
      settings.close()
      desk.cancel()
      await local.close()
      await conversations.closeAll()
      await projects.closeAll()
      await links.close()
      events.close()
    },
  }
}
