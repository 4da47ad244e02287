import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { stopWithinMs } from '@codelab/runtime/process'
import type { Service } from './service.ts'

const takesConnections = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const readiness = (adminUrl: string): Promise<'ready' | 'not ready' | 'silent'> =>
  fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => (response.ok ? 'ready' : 'not ready'),
    () => 'silent',
  )

/** Sends SIGTERM and looks at the service until it has ended, as a supervisor and a load balancer do. */
export async function watchLeaving(service: Service) {
  const began = performance.now()
  let ended = false
  const seen: { at: number; probe: string; listens: boolean }[] = []
  const code = service.stop().finally(() => (ended = true))
  while (!ended) {
    const listens = await takesConnections(service.port)
    const probe = await readiness(service.adminUrl)
    seen.push({ at: performance.now() - began, probe, listens })
    await delay(10)
  }
  const notReady = seen.find(({ probe }) => probe === 'not ready')
  const closed = seen.find(({ listens }) => !listens)
  const silent = seen.filter(({ probe, listens }) => listens && probe === 'silent')
  return {
    code: await code,
    /** In time for a supervisor, which waits for longer. */
    inTime: performance.now() - began < stopWithinMs,
    /** Whoever looks at the probe has heard of it while connections were still taken. */
    toldBeforeClosed: notReady !== undefined && notReady.listens && closed !== notReady,
    /** The probe answered for as long. */
    toldToTheEnd: silent.length === 0,
  }
}

/** How every service leaves. */
export const inGoodOrder = { code: 0, inTime: true, toldBeforeClosed: true, toldToTheEnd: true }
