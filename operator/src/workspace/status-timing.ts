import type { Condition, WorkspaceStatus } from '@codelab/contracts/workspace-status'

/** Reasons that call a person, each to be told at once; all others are stations on a way. */
const calling: ReadonlySet<string> = new Set([
  'Failing',
  'MigrationFailed',
  'Refused',
  'SecretMissing',
  'KeyMissing',
  'NameTaken',
  'WriteRefused',
])

const problems = ({ conditions = [] }: WorkspaceStatus): Condition[] =>
  conditions.filter(({ reason }) => calling.has(reason))

const ready = ({ conditions = [] }: WorkspaceStatus): string | undefined =>
  conditions.find(({ type }) => type === 'Ready')?.status

const kindsOf = (status: WorkspaceStatus): string =>
  problems(status)
    .map(({ type, reason }) => `${type} ${reason}`)
    .join(';')

const textsOf = (status: WorkspaceStatus): string =>
  problems(status)
    .map(({ message }) => message)
    .join(';')

/** Between two writes that only bring the text of a problem up to date, and between two that only tell of progress. */
const problemTextMs = 4_000
const progressMs = 15_000

/**
 * How long after the last write this status may be written, in milliseconds. What a person waits for or is called by is told at
 * once; a workspace on its way, whose pods get ready one by one, writes only now and then.
 */
export function restBeforeWrite(
  before: WorkspaceStatus | undefined,
  after: WorkspaceStatus,
): number {
  if (
    !before ||
    before.phase !== after.phase ||
    before.observedGeneration !== after.observedGeneration ||
    ready(before) !== ready(after) ||
    kindsOf(before) !== kindsOf(after)
  )
    return 0
  return textsOf(before) === textsOf(after) ? progressMs : problemTextMs
}
