import { Failure } from '@codelab/runtime/failure'
import type { Operations } from './operations.ts'

/** Adds a user with the role `admin` where there is none at all. Answers whether it did; a second one who tries at the same moment did not. */
export async function addFirstUser(
  operations: Pick<Operations, 'addUser' | 'listUsers'>,
  user: { name: string; password: string },
): Promise<boolean> {
  if ((await operations.listUsers()).length > 0) return false
  try {
    await operations.addUser({ ...user, roles: ['admin'] })
    return true
  } catch (error) {
    if (error instanceof Failure && error.code === 'conflict') return false
    throw error
  }
}
