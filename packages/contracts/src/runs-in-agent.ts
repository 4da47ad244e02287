/** The tools that the agent answers itself; all others are executed by the person's client, inside the project folder. */
export const agentTools = ['search_semantic'] as const
export type AgentToolName = (typeof agentTools)[number]

const own: ReadonlySet<string> = new Set(agentTools)

/** True for a call that the agent answers itself: a client shows it and leaves it alone. Apart from the tools, since it needs no schema. */
export const runsInAgent = (name: string): boolean => own.has(name)
