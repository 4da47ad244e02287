import { z } from 'zod'
import { Bytes, checkedBy, ObjectName, Resources, type Rule, secretRef } from './workspace-parts.ts'

const exactlyOne: Rule = {
  rule: 'has(self.managed) != has(self.external)',
  message: 'give exactly one of managed and external',
}

const staysInMode: Rule = {
  rule: 'has(self.managed) == has(oldSelf.managed)',
  message: 'managed cannot be changed to external or back: the data would stay behind',
}

const ManagedPostgres = z
  .object({
    storage: Bytes.default('10Gi').meta(
      checkedBy('Size of the volume. It can grow where the storage class allows it.', [
        {
          rule: 'quantity(self).compareTo(quantity(oldSelf)) >= 0',
          message: 'storage cannot become smaller',
        },
      ]),
    ),
    storageClassName: ObjectName.optional().describe(
      'Storage class of the volume; without it the cluster’s default. It cannot be changed later.',
    ),
    resources: Resources.optional(),
  })
  .meta(
    checkedBy('A PostgreSQL of the workspace’s own, run by the operator.', [
      {
        rule:
          'has(self.storageClassName) == has(oldSelf.storageClassName) && ' +
          '(!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)',
        message: 'storageClassName cannot be changed: the data would stay behind',
        fieldPath: '.storageClassName',
      },
    ]),
  )

export const Postgres = z
  .object({
    managed: ManagedPostgres.optional(),
    external: z
      .object({
        secretRef: secretRef(
          'uri',
          'Where the connection address is: postgresql://user:password@host:port/database.',
        ),
      })
      .optional()
      .describe('A PostgreSQL that somebody else runs; its user must be able to create schemas.'),
  })
  .meta(checkedBy('Where conversations and users are kept.', [exactlyOne, staysInMode]))

const ManagedRedis = z
  .object({
    memory: z
      .string()
      .max(10)
      .regex(/^[1-9][0-9]*(Mi|Gi)$/)
      .default('128Mi')
      .describe('Memory of its pod; three quarters of it hold data.'),
  })
  .describe('A Valkey of the workspace’s own, run by the operator, without a volume.')

export const Redis = z
  .object({
    managed: ManagedRedis.optional(),
    external: z
      .object({
        secretRef: secretRef(
          'uri',
          'Where the address is: redis://user:password@host:port/database; without a number it is database 0.',
        ),
      })
      .optional()
      .describe(
        'A Redis or Valkey that somebody else runs; no other workspace may use the same database of it.',
      ),
  })
  .meta(
    checkedBy('Where live state is kept; losing it loses no message and no user.', [exactlyOne]),
  )
