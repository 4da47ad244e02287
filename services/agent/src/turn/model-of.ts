import type { ModelList } from '@codelab/contracts/agent-llm'
import type { Turn, Work } from './work.ts'

/** The model of a turn that names none: the workspace's setting, else what llm-proxy says, else the first one listed. */
export const defaultModelOf = (
  configured: string | undefined,
  list: ModelList | undefined,
): string | undefined => configured ?? list?.default ?? list?.models[0]?.id

/** The model that a turn asks, as far as this process knows; another one may have answered in its place. */
export const modelOf = ({ settings }: Work, { model }: Turn): string | undefined =>
  model ?? settings.defaultModel?.()
