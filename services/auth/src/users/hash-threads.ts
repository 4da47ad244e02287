import type { Argon2Parameters } from 'node:crypto'
import { Worker } from 'node:worker_threads'

/** How nice a hashing thread is to all others of the process; of 19. */
const niceness = 10
/** A thread takes 14 MiB even when it rests: after this time without a hash it ends. */
const restMs = 60_000

/** Runs as the whole program of a thread, so it names nothing outside itself. */
async function hashing(niceness: number) {
  const { argon2Sync } = await import('node:crypto')
  const { setPriority } = await import('node:os')
  const { parentPort } = await import('node:worker_threads')
  // Linux gives each thread a priority of its own; elsewhere this would be the process's.
  if (process.platform === 'linux') setPriority(niceness)
  parentPort!.on('message', (parameters: Argon2Parameters) => {
    try {
      parentPort!.postMessage({ tag: argon2Sync('argon2id', parameters) })
    } catch (error) {
      parentPort!.postMessage({ error })
    }
  })
}

type Answer = { tag: Uint8Array; error?: undefined } | { error: unknown }

const answerOf = (thread: Worker, parameters: Argon2Parameters) =>
  new Promise<Buffer>((resolve, reject) => {
    const settle = (finish: () => void) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (answer: Answer) =>
      settle(() => ('tag' in answer ? resolve(Buffer.from(answer.tag)) : reject(answer.error)))
    const onError = (error: unknown) => settle(() => reject(error))
    const onExit = () => settle(() => reject(new Error('a hashing thread has ended')))
    thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    thread.postMessage(parameters)
  })

export type HashThreads = ReturnType<typeof createHashThreads>

/**
 * argon2id on threads that give way to everything else: while all cores hash, a refresh goes first. There are as many
 * threads as there were hashes at once; whoever calls bounds these. One that has nothing to do for `endAfterMs` ends.
 */
export function createHashThreads({ endAfterMs = restMs } = {}) {
  /** Each with what ends it. */
  const idle = new Map<Worker, NodeJS.Timeout>()
  let isStopped = false

  const startThread = () => {
    const thread = new Worker(`(${hashing.toString()})(${niceness})`, {
      eval: true,
      name: 'hash',
      // It holds a password and its hash; argon2's own memory is not counted here.
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    thread.unref()
    // What goes wrong during a hash is told to whoever waits for it; a thread that ends between two is replaced.
    thread.on('error', () => undefined)
    thread.on('exit', () => forget(thread))
    return thread
  }

  const forget = (thread: Worker) => {
    clearTimeout(idle.get(thread))
    idle.delete(thread)
  }

  /** The one that rests for the shortest time, so that the others come to their end. */
  const takeIdle = () => {
    const thread = [...idle.keys()].at(-1)
    if (thread) forget(thread)
    return thread
  }

  const rest = (thread: Worker) => {
    // First out of the list, so that nobody takes one that is ending.
    const end = () => {
      forget(thread)
      void thread.terminate()
    }
    idle.set(thread, setTimeout(end, endAfterMs).unref())
  }

  return {
    /** The tag of these parameters. */
    derive: async (parameters: Argon2Parameters): Promise<Buffer> => {
      const thread = takeIdle() ?? startThread()
      try {
        const tag = await answerOf(thread, parameters)
        if (isStopped) void thread.terminate()
        else rest(thread)
        return tag
      } catch (error) {
        // It may have ended, and is not used again.
        void thread.terminate()
        throw error
      }
    },
    stop: async (): Promise<void> => {
      isStopped = true
      await Promise.all([...idle.keys()].map((thread) => thread.terminate()))
    },
  }
}
