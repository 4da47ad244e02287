import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { tools } from '@codelab/contracts/tools'

/** The names of the tools that the agent runs itself. */
export const ownTools: readonly string[] = Object.keys(tools).filter(runsInAgent)
