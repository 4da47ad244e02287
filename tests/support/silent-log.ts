import { createLog } from '@codelab/runtime/log'

/** For parts that log what a test provokes. */
export const silentLog = createLog({ service: 'test', level: 'silent' })
