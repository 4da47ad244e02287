/** The service asks for a timer so often and counts how late it comes, this period included. */
const periodMs = 10
const line = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m

const read = async (metrics: string): Promise<number> => {
  const text = await (await fetch(`${metrics}/metrics`)).text()
  const [, value] = line.exec(text) ?? []
  if (value === undefined) throw new Error(`${metrics}/metrics does not tell the event loop's lag`)
  return Math.max(0, Number(value) * 1_000 - periodMs)
}

/** Begins to watch the event loop of the service with these metrics, whose window begins anew with each look. The answer ends it: milliseconds late, p99. */
export async function eventLoopDelay(metrics: string): Promise<() => Promise<number>> {
  await read(metrics)
  return () => read(metrics)
}
