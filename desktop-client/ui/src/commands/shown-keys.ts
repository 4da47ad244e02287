import { usePage } from '../state/store.ts'
import { canonicalKeys } from './keys.ts'
import { keysOf, useCommandList } from './registry.ts'

/** The keys of a command as a person reads them; undefined when it has none, or is not offered now. */
export function commandKeys(id: string): string | undefined {
  const command = useCommandList.getState().findLast((each) => each.id === id)
  const { application } = usePage.getState()
  const keys = command && keysOf(command, application?.settings.settings.key_bindings ?? {})
  return keys && canonicalKeys(keys, application?.platform === 'darwin')
}

/** The same, drawn anew when commands come and go. */
export function useShownKeys(id: string): string | undefined {
  useCommandList()
  return commandKeys(id)
}
