import { useQuery } from '@tanstack/react-query'
import { proposeChange } from '@codelab/contracts/engine-ui/changes'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'

/** What putting a text into a file would change, worked out anew for each path that is named. */
export function useProposal(project: string, path: string, text: string) {
  const { data, error, isFetching } = useQuery({
    queryKey: ['project', project, 'proposal', path, text],
    queryFn: ({ signal }) =>
      call(proposeChange, { params: { project }, body: { path, text }, signal }),
    enabled: path !== '',
    // What is on the disk now, not what was there when it was last asked.
    gcTime: 0,
    retry: false,
  })
  return { proposal: data, failure: error as EngineFailure | null, isFetching }
}
