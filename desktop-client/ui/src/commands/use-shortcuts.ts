import { useLayoutEffect } from 'react'
import { usePage } from '../state/store.ts'
import { pressedKeys } from './keys.ts'
import { commandFor, useCommandList } from './registry.ts'

/** Runs commands by their keys, wherever the focus is, from the first picture on; a part that handled the key itself comes first. */
export function useShortcuts(): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const plainTyping =
        !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1
      // A key that is held down must not approve one call after the other.
      if (event.defaultPrevented || event.repeat || plainTyping || event.isComposing) return
      const { application } = usePage.getState()
      const command = commandFor(useCommandList.getState(), pressedKeys(event), {
        chosen: application?.settings.settings.key_bindings ?? {},
        mac: application?.platform === 'darwin',
      })
      if (!command) return
      event.preventDefault()
      command.run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
