import type { Log } from '@codelab/runtime/log'
import { shownBase } from '../providers/base-url.ts'
import type { ModelTable } from '../routing/model-table.ts'
import type { CompleteSettings } from './providers-of.ts'

/** A local server answers at once or not at all; the start must not wait for it. */
const firstAnswerMs = 1000
const answerMs = 5000
const everyMs = 30_000

type Outcome = { models: number } | { error: unknown }

/** Says once when a provider that is asked for its models comes or goes. */
export const discoveryLog = (list: readonly CompleteSettings[], log: Log) => {
  const answering = new Map<string, boolean>()
  return (provider: string, outcome: Outcome): void => {
    const answers = 'models' in outcome
    if (answering.get(provider) === answers) return
    answering.set(provider, answers)
    const settings = list.find(({ name }) => name === provider)
    const fields = { provider, url: settings && shownBase(settings.baseURL) }
    if (answers) log.info({ ...fields, models: outcome.models }, 'provider answers')
    else if (settings?.assumed) log.debug(fields, 'provider does not answer')
    else log.warn({ ...fields, err: outcome.error }, 'provider does not answer')
  }
}

/** Asks the providers for their models now, and again from time to time until it is stopped. */
export const keepDiscovering = async (table: ModelTable): Promise<() => void> => {
  await table.refresh(firstAnswerMs)
  const timer = setInterval(() => void table.refresh(answerMs), everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
