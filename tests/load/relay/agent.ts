import { until } from '../../support/until.ts'

/** A relay that has much in its queue takes its time until it hears that a client has gone. */
const withinMs = 60_000

/** The agent stand-in's handles. */
export const agentAt = (address: string) => ({
  /** Lets the streams go that wait for it. */
  begin: async (): Promise<void> => {
    await fetch(`http://${address}/begin`, { method: 'POST' })
  },
  /** Resolves when so many streams are open. */
  streams: (wanted: number): Promise<boolean> =>
    until(
      `${wanted} streams of the agent`,
      async () => {
        const { open } = (await (await fetch(`http://${address}/streams`)).json()) as {
          open: number
        }
        return open === wanted
      },
      withinMs,
    ),
})
export type AgentHandles = ReturnType<typeof agentAt>
