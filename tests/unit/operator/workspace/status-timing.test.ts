import type { Condition, WorkspaceStatus } from '@codelab/contracts/workspace-status'
import { restBeforeWrite } from '@codelab/operator/workspace/status-timing'

const condition = (
  type: string,
  status: Condition['status'],
  reason: string,
  message = 'as it is',
): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-02-03T04:05:06Z',
  observedGeneration: 1,
})

const starting: WorkspaceStatus = {
  phase: 'Provisioning',
  observedGeneration: 1,
  components: [{ name: 'gateway', ready: 0, desired: 2 }],
  conditions: [
    condition('Ready', 'False', 'Starting'),
    condition('GatewayReady', 'False', 'Starting'),
  ],
}
const failing: WorkspaceStatus = {
  ...starting,
  conditions: [
    condition('Ready', 'False', 'Failing'),
    condition('GatewayReady', 'False', 'Failing'),
  ],
}

test.each<[what: string, before: WorkspaceStatus | undefined, after: WorkspaceStatus]>([
  ['the first status', undefined, starting],
  ['another phase', starting, { ...starting, phase: 'Ready' }],
  ['that a newer spec was seen', starting, { ...starting, observedGeneration: 2 }],
  [
    'that it is ready',
    starting,
    { ...starting, conditions: [condition('Ready', 'True', 'AllReady')] },
  ],
  ['a new problem', starting, failing],
  ['that a problem is over', failing, starting],
  [
    'a problem in another place',
    failing,
    {
      ...failing,
      conditions: [
        condition('Ready', 'False', 'Failing'),
        condition('AuthReady', 'False', 'Failing'),
      ],
    },
  ],
])('%s is written at once', (_what, before, after) => {
  expect(restBeforeWrite(before, after)).toBe(0)
})

test('another text of the same problem waits a little', () => {
  const conditions = [
    condition('Ready', 'False', 'Failing', 'other pods'),
    condition('GatewayReady', 'False', 'Failing', 'other pods'),
  ]
  expect(restBeforeWrite(failing, { ...failing, conditions })).toBe(4_000)
})

test('mere progress waits longer, also beside a problem that stays as it is', () => {
  const components = [{ name: 'gateway', ready: 1, desired: 2 }]
  expect(restBeforeWrite(starting, { ...starting, components })).toBe(15_000)
  expect(restBeforeWrite(failing, { ...failing, components })).toBe(15_000)
  const conditions = [condition('Ready', 'False', 'PodsNotReady', '1 of 2')]
  expect(restBeforeWrite(starting, { ...starting, conditions })).toBe(15_000)
})
