import { allocator } from '@codelab/image/allocator'
import { allocatorVariables } from '@codelab/operator/workspace/children/node-flags'

/** What image and operator set for every process of ours that is no setting of it. */
export const containerVariables = { ...allocator, ...allocatorVariables }
