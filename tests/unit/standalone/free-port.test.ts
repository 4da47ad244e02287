import { freePort, freePorts } from '@codelab/standalone/stores/free-port'

test('a process is given no port twice, though nobody listens on the first yet', async () => {
  const one = await Promise.all(Array.from({ length: 300 }, () => freePort()))
  const others: number[] = []
  for (let time = 0; time < 10; time += 1) others.push(...(await freePorts(50)))
  expect(new Set([...one, ...others]).size).toBe(800)
})
