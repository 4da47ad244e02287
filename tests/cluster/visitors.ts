/** What came of many requests, one after the other, while something else went on. */
export type Visits = {
  readonly answered: number
  /** What went wrong, in the words of the failure. */
  readonly refused: readonly string[]
}

/** Asks for an address again and again, each time on a connection of its own, until it is told to stop. */
export function startVisits(address: string, pauseMs = 50) {
  const refused: string[] = []
  let answered = 0
  let going = true
  const visit = async () => {
    try {
      const response = await fetch(address, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(10_000),
      })
      await response.arrayBuffer()
      if (response.ok) answered += 1
      else refused.push(`answered ${response.status}`)
    } catch (error) {
      const { cause, message } = error as Error
      refused.push(String((cause as Error | undefined)?.message ?? message))
    }
  }
  const run = async () => {
    while (going) {
      await visit()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const running = run()
  return {
    async stop(): Promise<Visits> {
      going = false
      await running
      return { answered, refused }
    },
  }
}
