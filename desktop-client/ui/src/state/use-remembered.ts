import { readView, saveView } from '@codelab/contracts/engine-ui/application'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { z } from 'zod/mini'
import { call } from '../engine/call.ts'
import type { EngineFailure } from '../engine/failure.ts'
import { useTexts } from '../texts/texts.ts'
import { tell } from './store.ts'

const saveAfterMs = 400

/**
 * A value that the engine remembers between starts, since the page's address changes with each. What was remembered is checked by
 * `schema`; what does not fit counts as nothing. `undefined` until it was read; `change` before that wins over what was remembered.
 */
export function useRemembered<Value>(
  key: string,
  schema: z.ZodMiniType<Value>,
  otherwise: Value,
): [Value | undefined, (value: Value) => void] {
  const { notRemembered } = useTexts().common
  const [held, setHeld] = useState<{ key: string; value: Value }>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const unsaved = useRef<{ key: string; value: Value }>(undefined)

  const save = useCallback(() => {
    clearTimeout(timer.current)
    const { key: name, value } = unsaved.current ?? {}
    if (name === undefined) return
    unsaved.current = undefined
    call(saveView, { params: { key: name }, body: { value: (value ?? null) as never } }).catch(
      (error: unknown) => tell({ text: notRemembered, problem: error as EngineFailure }),
    )
  }, [notRemembered])

  useEffect(() => {
    // A window that is closed is hidden first: what was typed last is not lost with it.
    const onHidden = () => document.visibilityState === 'hidden' && save()
    document.addEventListener('visibilitychange', onHidden)
    return () => document.removeEventListener('visibilitychange', onHidden)
  }, [save])

  useEffect(() => {
    const gone = new AbortController()
    call(readView, { params: { key }, signal: gone.signal }).then(
      ({ value }) => {
        const read = schema.safeParse(value)
        setHeld((now) =>
          now?.key === key ? now : { key, value: read.success ? read.data : otherwise },
        )
      },
      () =>
        setHeld((now) =>
          now?.key === key || gone.signal.aborted ? now : { key, value: otherwise },
        ),
    )
    return () => {
      gone.abort()
      save()
    }
    // `schema` and `otherwise` belong to the key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, save])

  const change = useCallback(
    (value: Value) => {
      setHeld({ key, value })
      unsaved.current = { key, value }
      clearTimeout(timer.current)
      timer.current = setTimeout(save, saveAfterMs)
    },
    [key, save],
  )
  return [held?.key === key ? held.value : undefined, change]
}
