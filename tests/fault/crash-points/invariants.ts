import type { History } from './history.ts'
import {
  acknowledgedDecisionsAreKept,
  acknowledgedResultsAreKept,
  callsAreAnnounced,
  callsEndOnce,
  toolsRunOnce,
} from './invariants/calls.ts'
import {
  everyCallIsAnsweredOnce,
  modelSeesPairs,
  positionsAreGapFree,
  usageIsCountedOnce,
} from './invariants/context.ts'
import type { Invariant } from './invariants/invariant.ts'
import { acknowledgedJobsAreKept, jobsAreTold } from './invariants/jobs.ts'
import {
  acknowledgedMessagesAreKept,
  clientSawTheLog,
  logIsGapFree,
  textIsSaidOnce,
} from './invariants/log.ts'
import {
  cancelledIsOver,
  nothingStands,
  oneTurnRuns,
  stepsAreCalled,
  turnsAreTold,
} from './invariants/turns.ts'

/** What every session keeps, whatever ends its processes. The names are those that reports use. */
export const invariants: Readonly<Record<string, Invariant>> = {
  I1: logIsGapFree,
  I2: clientSawTheLog,
  I3: acknowledgedMessagesAreKept,
  I4: textIsSaidOnce,
  I5: positionsAreGapFree,
  I6: everyCallIsAnsweredOnce,
  I7: modelSeesPairs,
  I8: usageIsCountedOnce,
  I9: oneTurnRuns,
  I10: turnsAreTold,
  I11: nothingStands,
  I12: stepsAreCalled,
  I13: cancelledIsOver,
  I14: callsAreAnnounced,
  I15: callsEndOnce,
  I16: acknowledgedResultsAreKept,
  I17: acknowledgedDecisionsAreKept,
  I18: toolsRunOnce,
  I19: jobsAreTold,
  I20: acknowledgedJobsAreKept,
}

/** What speaks against the invariants, each with its name. */
export const violationsOf = (history: History): string[] =>
  Object.entries(invariants).flatMap(([name, { broken }]) =>
    broken(history).map((detail) => `${name}: ${detail}`),
  )
