import type { z } from 'zod'

export type FieldIssue = {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** A key that the schema does not know. */
  readonly unknownKey?: string
  readonly isMissing: boolean
}

/** The first thing wrong with a body. Among alternatives it is the one that got furthest: a block inside a list, not the list. */
export function firstIssue(error: z.ZodError): FieldIssue {
  return describe(error.issues[0], [])
}

type Issue = z.core.$ZodIssue | undefined

function describe(issue: Issue, above: readonly PropertyKey[]): FieldIssue {
  const path = [...above, ...(issue?.path ?? [])]
  if (issue?.code === 'invalid_union' && issue.errors.length > 0) {
    const [furthest] = issue.errors
      .map((issues) => describe(issues[0], path))
      .toSorted((one, other) => other.path.length - one.path.length)
    if (furthest && furthest.path.length > path.length) return furthest
  }
  const message = issue?.message ?? 'Invalid input'
  return {
    path,
    message,
    ...(issue?.code === 'unrecognized_keys' &&
      issue.keys[0] !== undefined && { unknownKey: issue.keys[0] }),
    isMissing: issue?.code === 'invalid_type' && message.endsWith('received undefined'),
  }
}
