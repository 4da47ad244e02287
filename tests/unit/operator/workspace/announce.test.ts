import type { Phase, WorkspaceStatus } from '@codelab/contracts/workspace-status'
import { announcementOf } from '@codelab/operator/workspace/announce'

const status = (phase: Phase, reason: string, message = `${reason} it is`): WorkspaceStatus => ({
  phase,
  conditions: [
    {
      type: 'Ready',
      status: phase === 'Ready' ? 'True' : 'False',
      reason,
      message,
      lastTransitionTime: '2026-02-03T04:05:06Z',
      observedGeneration: 1,
    },
  ],
})

const starting = status('Provisioning', 'Starting')
const ready = status('Ready', 'AllReady')

test.each<
  [what: string, before: WorkspaceStatus | undefined, after: WorkspaceStatus, type: string]
>([
  ['it became ready', starting, ready, 'Normal'],
  [
    'it waits for a person from its beginning',
    undefined,
    status('Pending', 'SecretMissing'),
    'Warning',
  ],
  ['it no longer serves', ready, status('Degraded', 'Failing'), 'Warning'],
  [
    'another reason keeps it from serving',
    status('Degraded', 'Starting'),
    status('Degraded', 'Failing'),
    'Warning',
  ],
  ['it is suspended', ready, status('Suspended', 'Suspended'), 'Normal'],
  ['it is on its way again', status('Suspended', 'Suspended'), starting, 'Normal'],
])('that %s is told', (_what, before, after, type) => {
  const [{ reason, message } = { reason: '', message: '' }] = after.conditions!
  expect(announcementOf(before, after)).toEqual({ type, reason, note: message })
})

test.each<[what: string, before: WorkspaceStatus | undefined, after: WorkspaceStatus]>([
  ['the first steps of a new workspace', undefined, starting],
  ['stations of one way', starting, status('Provisioning', 'Migrating')],
  [
    'another text of the same reason',
    status('Degraded', 'Failing', 'a'),
    status('Degraded', 'Failing', 'b'),
  ],
  ['a roll-out that nobody is troubled by', ready, status('Ready', 'Updating')],
  ['a status without conditions', undefined, { phase: 'Pending' }],
])('%s are no news', (_what, before, after) => {
  expect(announcementOf(before, after)).toBeUndefined()
})
