import { Command, InvalidArgumentError, Option } from 'commander'
import * as approvals from './commands/approvals.ts'
import { chat, type ChatOptions } from './commands/chat.ts'
import { login, type LoginOptions } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { open, type OpenOptions } from './commands/open.ts'
import { run, type RunOptions } from './commands/run.ts'
import * as sessions from './commands/sessions.ts'
import { undo, type UndoOptions } from './commands/undo.ts'
import { whoami } from './commands/whoami.ts'
import { addJobs } from './program-jobs.ts'
import type { Context } from './context.ts'
import type { ExitCode } from './exit-codes.ts'

const seconds = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('give a number of seconds')
  return value
}

/** The command line: which words do what. `settle` is told the exit code of the command that ran. */
export function createProgram(
  context: Context,
  version: string,
  settle: (code: ExitCode) => void,
): Command {
  const { help } = context.texts
  const { out, err } = context.terminal
  const program = new Command('codelab')
    .description(help.program)
    .version(version)
    .option('--project <dir>', help.project)
    .addHelpText('after', help.examples)
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
    })
    .showHelpAfterError('(codelab --help)')
    .exitOverride()
  const project = () => program.opts<{ project?: string }>()
  const settled =
    <Words extends unknown[]>(work: (...words: Words) => Promise<ExitCode>) =>
    async (...words: Words) =>
      settle(await work(...words))
  const server = () => new Option('--server <url>', help.server)

  program
    .command('login')
    .description(help.login)
    .addOption(server())
    .option('--browser', help.loginBrowser)
    .option('--device', help.loginDevice)
    .option('--user <name>', help.loginUser)
    .option('--password-stdin', help.loginPasswordStdin)
    .action(settled((options: LoginOptions) => login(context, options)))
  program
    .command('logout')
    .description(help.logout)
    .addOption(server())
    .action(settled((options: { server?: string }) => logout(context, options)))
  program
    .command('whoami')
    .description(help.whoami)
    .addOption(server())
    .option('--json', help.json)
    .action(settled((options: { server?: string }) => whoami(context, options)))
  program
    .command('chat', { isDefault: true })
    .description(help.chat)
    .addOption(server())
    .option('--session <id>', help.session)
    .option('--here', help.here)
    .option('--model <name>', help.model)
    .action(settled((options: ChatOptions) => chat(context, { ...options, ...project() })))
  program
    .command('run')
    .description(help.run)
    .argument('<message>')
    .addOption(server())
    .option('--session <id>', help.session)
    .option('--here', help.here)
    .option('--model <name>', help.model)
    .option('--json', help.runJson)
    .addOption(
      new Option('--approve <how>', help.runApprove)
        .choices(['ask', 'never', 'all'])
        .default('ask'),
    )
    .option('--timeout <seconds>', help.runTimeout, seconds)
    .action(
      settled((message: string, options: RunOptions) =>
        run(context, message, { ...options, ...project() }),
      ),
    )
  program
    .command('undo')
    .description(help.undo)
    .argument('[session]')
    .option('--list', help.undoList)
    .option('--change <id>', help.undoChange)
    .option('--yes', context.texts.sessions.yes)
    .option('--json', help.json)
    .action(
      settled((session: string | undefined, options: UndoOptions) =>
        undo(context, session, { ...options, ...project() }),
      ),
    )
  program
    .command('open')
    .description(help.open)
    .argument('[folder]')
    .addOption(server())
    .option('--no-browser', help.openNoBrowser)
    .action(
      settled((folder: string | undefined, options: OpenOptions) =>
        open(context, folder ?? project().project, version, options),
      ),
    )
  addSessions(program, context, settled, server)
  addApprovals(program, context, settled, server)
  addJobs(program, context, { settled, server, seconds, project })
  return program
}

type Settled = <Words extends unknown[]>(
  work: (...words: Words) => Promise<ExitCode>,
) => (...words: Words) => Promise<void>
type Server = { server?: string }

function addSessions(
  program: Command,
  context: Context,
  settled: Settled,
  server: () => Option,
): void {
  const { help, sessions: say } = context.texts
  const group = program.command('sessions').description(help.sessions)
  group
    .command('list', { isDefault: true })
    .description(help.sessionsList)
    .addOption(server())
    .option('--all', help.sessionsAll)
    .option('--json', help.json)
    .action(settled((options: Server) => sessions.listSessions(context, options)))
  group
    .command('rename')
    .description(help.sessionsRename)
    .argument('<id>')
    .argument('<title>')
    .addOption(server())
    .action(
      settled((id: string, title: string, options: Server) =>
        sessions.renameSession(context, id, title, options),
      ),
    )
  group
    .command('archive')
    .description(help.sessionsArchive)
    .argument('<id>')
    .addOption(server())
    .option('--undo')
    .action(settled((id: string, options: Server) => sessions.archiveSession(context, id, options)))
  group
    .command('delete')
    .description(help.sessionsDelete)
    .argument('<id>')
    .addOption(server())
    .option('--yes', say.yes)
    .action(settled((id: string, options: Server) => sessions.deleteSession(context, id, options)))
}

function addApprovals(
  program: Command,
  context: Context,
  settled: Settled,
  server: () => Option,
): void {
  const { help } = context.texts
  const group = program.command('approvals').description(help.approvals)
  group
    .command('list', { isDefault: true })
    .description(help.approvalsList)
    .addOption(server())
    .option('--json', help.json)
    .action(settled((options: Server) => approvals.listApprovals(context, options)))
  group
    .command('approve')
    .description(help.approvalsApprove)
    .argument('<id>')
    .addOption(server())
    .action(settled((id: string, options: Server) => approvals.approve(context, id, options)))
  group
    .command('reject')
    .description(help.approvalsReject)
    .argument('<id>')
    .addOption(server())
    .option('--reason <text>', help.approvalsReason)
    .action(settled((id: string, options: Server) => approvals.reject(context, id, options)))
  group
    .command('edit')
    .description(help.approvalsEdit)
    .argument('<id>')
    .addOption(server())
    .action(settled((id: string, options: Server) => approvals.edit(context, id, options)))
}
