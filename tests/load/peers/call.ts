/** What is asked: an OpenAI model, an Anthropic one behind the same route, a model whose first provider fails, or one whose breaker has opened. */
export type Way =
  | 'openai'
  | 'anthropic'
  | 'fails with 429'
  | 'fails with 500'
  | 'refuses'
  | 'rests after 429'
  | 'rests after 500'
  | 'rests after refusing'

/** Where and how one way is asked at one side. */
export type Call = {
  /** host:port */
  readonly address: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly model: string
  /** The process that answers; it and its children are what the processor time is counted of. Absent for the model itself. */
  readonly pid?: number
}
