/** BullMQ's tables and functions live in a schema of their own inside the agent's database. */
export const queueSchema = 'bullmq'
/** The queue of turn steps. */
export const stepQueue = 'steps'
/** The queue of calls to look for long jobs. */
export const jobQueue = 'jobs'
