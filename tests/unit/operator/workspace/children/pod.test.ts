import { resourcesOf } from '@codelab/operator/workspace/children/pod'

const defaults = {
  requests: { cpu: '50m', memory: '96Mi' },
  limits: { cpu: '2', memory: '512Mi' },
}
const disk = { 'ephemeral-storage': expect.any(String) }

test.each([
  ['nothing given: the defaults', {}, ['50m', '2', '96Mi', '512Mi']],
  ['a limit above the default request', { limits: { memory: '1Gi' } }, ['50m', '2', '96Mi', '1Gi']],
  ['a limit below it takes it along', { limits: { memory: '64Mi' } }, ['50m', '2', '64Mi', '64Mi']],
  [
    'a request above the default limit lifts it',
    { requests: { cpu: 3 } },
    ['3', '3', '96Mi', '512Mi'],
  ],
  [
    'both given stay as they are',
    { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1500m', memory: '1G' } },
    ['1', '1500m', '1Gi', '1Gi'],
  ],
])('resources: %s', (_name, given, [cpu, cpuLimit, memory, memoryLimit]) => {
  expect(resourcesOf(defaults, given)).toEqual({
    requests: { cpu, memory, ...disk },
    limits: { cpu: cpuLimit, memory: memoryLimit, ...disk },
  })
})
