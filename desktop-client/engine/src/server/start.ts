import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ApplicationState, VersionMismatch } from '@codelab/contracts/engine-ui/application'
import type { ShellCommand, ShellEvent } from '@codelab/contracts/engine-ui/shell'
import type { SettingsState } from '@codelab/contracts/engine-ui/settings'
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
import { createApprovalFeed } from './approvals/approval-feed.ts'
import { createApprovals } from './approvals/approvals.ts'
import { createCallResults } from './conversations/call-results.ts'
import { createOpenConversations } from './conversations/open-conversations.ts'
import { createEventLog } from './events/event-log.ts'
import { createEventSockets } from './events/event-sockets.ts'
import { createNotifications } from './feeds/notifications.ts'
import { createJobLog } from './feeds/job-log.ts'
import { approvalNews, jobNews } from './feeds/notification-texts.ts'
import { createPolls } from './feeds/polls.ts'
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
import { entryRoutes } from './routes/entries.ts'
import { fileRoutes } from './routes/files.ts'
import { jobRoutes } from './routes/jobs.ts'
import { projectRoutes } from './routes/projects.ts'
import { openSettings } from './settings/settings-store.ts'
import { createViews } from './settings/views.ts'
import { menusFor } from './shell/menus.ts'
import { createShownPlaces } from './shell/shown-places.ts'
import { saveWindow } from './shell/window-file.ts'
import { languageOf, platformOf } from './surroundings.ts'

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
  const opening = openSettings({
    home,
    sandbox: options.sandbox ?? found.then(availabilityOf),
    log,
    onChange: (state) => {
      events.emit({ type: 'settings', settings: state })
      tellMenu()
    },
  })
  // Meanwhile.
  const files = readStaticFiles(options.uiFolder)
  const settings = await opening
  const language = () => languageOf(settings.current().language, env)
  const tellMenu = () => {
    const { key_bindings: keys } = settings.current()
    onShellEvent({ type: 'menu', menus: menusFor(language(), keys) })
  }
  tellMenu()

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
      if (account.state === 'signed_in') polls.touchAll()
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
        polls.sessions.touch()
      if (frame.type === 'job') {
        jobLog.note({ ...frame, id: frame.job_id })
        polls.jobs.touch()
      }
    },
    onConnection: ({ connection }) => {
      if (connection.state === 'ended' && connection.problem?.reason === 'signed_out')
        void desk.look()
      tellApprovals()
    },
    onOpened: () => polls.sessions.touch(),
  })

  const notifications = createNotifications({
    now,
    onNotification: (notification) => {
      events.emit({ type: 'notification', notification })
      if (settings.current().notifications) onShellEvent({ type: 'notification', notification })
    },
  })

  const jobLog = createJobLog(now)
  const feeds = createServerFeeds({
    home,
    links,
    now,
    isOpen: (sessionId) => conversations.find(sessionId) !== undefined,
    isWaiting: (sessionId) => approvals.waiting().some((call) => call.session_id === sessionId),
    onSessions: (items, removed) => {
      events.emit({ type: 'sessions', items, removed })
      // What waits is told with the session's title.
      tellApprovals()
    },
    onJob: (job) => {
      jobLog.note(job)
      events.emit({ type: 'job', job })
    },
    onJobEnded: (job) => notifications.add(jobNews(language(), job)),
  })

  const approvals = createApprovals({
    links,
    conversations,
    titleOf: (sessionId) => feeds.now().titleOf(sessionId),
    now,
  })
  const tellApprovals = createApprovalFeed({
    waiting: () => approvals.waiting(),
    onChange: (items) => {
      events.emit({ type: 'approvals', items })
      onShellEvent({ type: 'waiting', count: items.length })
    },
    onNew: (call) => notifications.add(approvalNews(language(), call)),
  })

  const isWatched = () => sockets.pages() > 0
  const polls = createPolls({
    feeds: () => feeds.now(),
    refreshApprovals: () => approvals.refresh().finally(tellApprovals),
    isWatched,
    signedIn: () => desk.state().state === 'signed_in',
    doubt: (error) => desk.doubt(error),
    log,
  })

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
      platform: platformOf(process.platform),
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

  // The first picture does not wait for the server: who was signed in stays so until it says otherwise.
  const recalled = desk.recall()
  void recalled.then(() => desk.look())
  const firstState = async () => {
    await recalled
    return state()
  }

  const changes = openChanges({ folder: undoFolderIn(home), log, env })
  const app = createApp({
    host: () => local.host,
    shownIn,
    entries,
    files,
    state: firstState,
    log,
    onFailure: (error) => desk.doubt(error),
    routes: [
      ...accountRoutes({ desk, useServer, server: () => links.current().account.server }),
      ...projectRoutes(projects),
      ...fileRoutes(projects),
      ...entryRoutes(projects, undoFolderIn(home)),
      ...changeRoutes(projects, changes, undoFolderIn(home)),
      ...conversationRoutes({
        links,
        conversations,
        sessions: () => feeds.now().sessions,
        seen: () => feeds.now().seen,
        results: createCallResults(links),
        touched: () => polls.sessions.touch(),
      }),
      ...approvalRoutes({
        approvals,
        touched: () => {
          tellApprovals()
          polls.sessions.touch()
        },
      }),
      ...jobRoutes({
        links,
        jobs: () => feeds.now().jobs,
        log: jobLog,
        touched: () => polls.jobs.touch(),
      }),
      ...applicationRoutes({ state, settings, views: createViews(home), notifications }),
    ],
  })
  const sockets = createEventSockets({
    host: () => local.host,
    entries,
    events,
    log,
    onPages: (count) => {
      if (count > 0) places.showWaiting()
      polls.touchAll()
    },
  })
  const places = createShownPlaces({
    isWatched,
    emit: (place) => events.emit({ type: 'show', ...place }),
  })

  const openPath = async (path: string): Promise<string> => {
    const isFile = (await stat(path).catch(() => undefined))?.isFile() === true
    const project = await projects.open(isFile ? dirname(path) : path)
    firstProject = project.id
    return project.id
  }
  const failedToOpen = (error: unknown) => {
    log.info({ err: error }, 'a folder could not be opened')
    const { message } = error as Error
    notifications.add({ kind: 'problem', title: 'CodeLab', text: message })
  }

  const opened =
    options.folder === undefined ? undefined : openPath(options.folder).catch(failedToOpen)
  const local = await listenLocally(app.callback(), (request, socket, head) =>
    sockets.upgrade(request, socket, head),
  )
  await opened

  const origin = `http://${local.host}`
  return {
    origin,
    entry: () => `${origin}/?t=${entries.issue()}`,
    command: (command) => {
      if (command.type === 'open')
        openPath(command.path).then((project) => places.show({ project }), failedToOpen)
      if (command.type === 'link') places.showLink(command.url)
      if (command.type === 'command') events.emit({ type: 'command', command: command.command })
      if (command.type === 'window')
        saveWindow(home, command.window).catch((error: unknown) =>
          log.warn({ err: error, reason: reasonOf(error) }, 'the window was not remembered'),
        )
    },
    close: async () => {
      polls.close()
      sockets.close()
      settings.close()
      desk.cancel()
      await local.close()
      await conversations.closeAll()
      await projects.closeAll()
      await links.close()
      await feeds.close()
      events.close()
    },
  }
}
