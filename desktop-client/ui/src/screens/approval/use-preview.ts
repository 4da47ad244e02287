import { previewCall, type Preview, type WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import { useCallback, useEffect, useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'

type Arguments = Readonly<Record<string, unknown>>

/** What a waiting call would do: as the model wants it, or, after `look(arguments)`, as the person changed it. */
export function usePreview({ session_id: session, call_id: id }: WaitingCall) {
  const [preview, setPreview] = useState<Preview>()
  const [failure, setFailure] = useState<EngineFailure>()
  const [looking, setLooking] = useState(true)

  const look = useCallback(
    async (given?: Arguments) => {
      setLooking(true)
      setFailure(undefined)
      try {
        const body = given ? { arguments: given } : {}
        setPreview(await call(previewCall, { params: { session, call: id }, body }))
      } catch (error) {
        // What was shown before is still what it was; the edit is not accepted.
        setFailure(error as EngineFailure)
      } finally {
        setLooking(false)
      }
    },
    [session, id],
  )
  useEffect(() => {
    setPreview(undefined)
    void look()
  }, [look])
  return { preview, failure, looking, look }
}
