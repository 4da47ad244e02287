import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@codelab/standalone/stores/free-port'
import type { Target } from './cluster.ts'
import type { Forward } from './forward.ts'
import { withOwner } from './with-owner.ts'

const pauseMs = 200

/** Settles when kubectl says that it listens, or has ended and said why. */
async function listening(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr!.on('data', (text: Buffer) => void (said += text.toString()))
  const ended = once(child, 'close').then(() => Promise.reject(new Error(said.trim())))
  await Promise.race([once(child.stdout!, 'data'), ended])
}

/**
 * `kubectl port-forward`, started again on the same port when its pod goes. It leads to one pod, not through the Service: the
 * connections of a pod that is replaced break, which a client inside the cluster would not see.
 */
export async function portForward(command: readonly string[], target: Target): Promise<Forward> {
  const port = await freePort()
  const name = 'service' in target ? `service/${target.service}` : `pod/${target.pod}`
  const [first, ...rest] = command
  const args = [...rest, 'port-forward', `--namespace=${target.namespace}`, name]
  const [program, line] = withOwner(first!, [...args, `${port}:${target.port}`])
  let closed = false
  let child: ChildProcess
  const start = async () => {
    child = spawn(program, line, { stdio: ['ignore', 'pipe', 'pipe'] })
    await listening(child)
    child.once('exit', () => setTimeout(again, pauseMs))
  }
  const again = () => {
    if (!closed) start().catch(() => setTimeout(again, pauseMs))
  }
  await start()
  return {
    port,
    async close() {
      closed = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
