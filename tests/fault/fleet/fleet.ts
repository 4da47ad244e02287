/** A link between two parts, as its client sees it. */
export type Link = 'client-gateway' | 'gateway-agent' | 'agent-llm-proxy' | 'redis' | 'postgres'

/** One process of a service. */
export type Member = {
  readonly service: 'gateway' | 'agent-api' | 'agent-worker' | 'llm-proxy' | 'auth'
  /** Where it listens itself; clients use the links' addresses, which lead to a live one. */
  readonly url: string
  readonly pid: number
  /** SIGTERM; resolves with its exit code when it has ended. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGSTOP, and SIGCONT. */
  pause(): void
  resume(): void
}
