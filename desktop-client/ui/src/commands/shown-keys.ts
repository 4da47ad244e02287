import { usePage } from '../state/store.ts'
import type { Command } from './command.ts'
import { canonicalKeys } from './keys.ts'
import { keysOf, useCommandList } from './registry.ts'

/** The keys of a command as a person reads them; undefined when it has none. */
export function shownKeys(command: Command): string | undefined {
  const { application } = usePage.getState()
  const keys = keysOf(command, application?.settings.settings.key_bindings ?? {})
  return keys && canonicalKeys(keys, application?.platform === 'darwin')
}

/** The keys of the command with this id, while it is offered. */
export function useShownKeys(id: string): string | undefined {
  const command = useCommandList().findLast((each) => each.id === id)
  return command && shownKeys(command)
}
