import { type Command, Option } from 'commander'
import { JobKind } from '@codelab/contracts/jobs'
import { JobState } from '@codelab/contracts/job-state'
import * as jobs from './commands/jobs.ts'
import { watchJob, type WatchOptions } from './commands/watch-job.ts'
import type { Context } from './context.ts'
import type { ExitCode } from './exit-codes.ts'

type Tools = {
  readonly settled: <Words extends unknown[]>(
    work: (...words: Words) => Promise<ExitCode>,
  ) => (...words: Words) => Promise<void>
  readonly server: () => Option
  readonly seconds: (text: string) => number
  readonly project: () => { project?: string }
}

/** `codelab job …`: which words do what with long work. */
export function addJobs(
  program: Command,
  context: Context,
  { settled, server, seconds, project }: Tools,
): void {
  const { help } = context.texts
  const group = program.command('job').alias('jobs').description(help.jobs)
  const watching = (command: Command) =>
    command
      .addOption(server())
      .option('--here', help.here)
      .option('--json', help.json)
      .addOption(
        new Option('--approve <how>', help.runApprove)
          .choices(['ask', 'never', 'all'])
          .default('ask'),
      )
      .option('--timeout <seconds>', help.runTimeout, seconds)

  watching(group.command('start').description(help.jobStart))
    .addArgument(program.createArgument('<kind>').choices(JobKind.options))
    .option('--goal <text>', help.jobGoal)
    .option('--file <path>', help.jobFile, (path: string, before: string[] | undefined) => [
      ...(before ?? []),
      path,
    ])
    .option('--glob <pattern>', help.jobGlob)
    .option('--model <name>', help.model)
    .option('--at <time>', help.jobAt)
    .option('--every <interval>', help.jobEvery)
    .option('--session <id>', help.jobSession)
    .option('--watch', help.jobWatch)
    .action(
      settled((kind: JobKind, options: jobs.StartOptions) =>
        jobs.startJob(context, kind, { ...options, ...project() }),
      ),
    )
  group
    .command('list', { isDefault: true })
    .description(help.jobsList)
    .addOption(server())
    .option('--session <id>', help.jobsOfSession)
    .addOption(new Option('--state <state>', help.jobsInState).choices(JobState.options))
    .option('--json', help.json)
    .action(settled((options: jobs.ListOptions) => jobs.listJobs(context, options)))
  watching(group.command('watch').description(help.jobWatchIt))
    .argument('<id>')
    .action(
      settled((id: string, options: WatchOptions) =>
        watchJob(context, id, { ...options, ...project() }),
      ),
    )
  group
    .command('cancel')
    .description(help.jobCancel)
    .argument('<id>')
    .addOption(server())
    .action(
      settled((id: string, options: { server?: string }) => jobs.cancelJob(context, id, options)),
    )
}
