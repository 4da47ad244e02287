import type { SecretRef } from '@codelab/contracts/workspace-parts'
import type { Workspace } from '@codelab/contracts/workspace'

/** A place in the spec that names a key of a Secret. */
export type Reference = {
  readonly path: string
  readonly use: 'models' | 'database' | 'cache'
  readonly ref: SecretRef
}

/** Every Secret that a person has to bring, with the path of the field that names it. */
export function secretReferences({ spec }: Workspace): Reference[] {
  const { models, postgres, redis } = spec
  return [
    ...models.providers.flatMap(({ name, apiKeySecretRef: ref }, index) =>
      ref
        ? [
            {
              path: `spec.models.providers[${index}].apiKeySecretRef (${name})`,
              use: 'models' as const,
              ref,
            },
          ]
        : [],
    ),
    ...(postgres.external
      ? [
          {
            path: 'spec.postgres.external.secretRef',
            use: 'database' as const,
            ref: postgres.external.secretRef,
          },
        ]
      : []),
    ...(redis.external
      ? [
          {
            path: 'spec.redis.external.secretRef',
            use: 'cache' as const,
            ref: redis.external.secretRef,
          },
        ]
      : []),
  ]
}
