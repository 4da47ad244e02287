import type { Condition, ConditionType } from '@codelab/contracts/workspace-status'

type Meaning = { readonly status: Condition['status']; readonly meaning: string }

const running = {
  Running: { status: 'True', meaning: 'All its pods are ready.' },
  Updating: { status: 'True', meaning: 'Enough pods are ready while new ones replace old ones.' },
  Starting: { status: 'False', meaning: 'Its pods are on their way.' },
  PodsNotReady: { status: 'False', meaning: 'Some of its pods are not ready.' },
  Failing: {
    status: 'False',
    meaning:
      'Its pods cannot start; the message is the cluster’s own. Look at `kubectl describe pod`.',
  },
  Stopped: { status: 'False', meaning: 'spec.suspended is true.' },
} as const satisfies Record<string, Meaning>

const noSecret = {
  SecretMissing: {
    status: 'False',
    meaning: 'A Secret that the spec names does not exist; create it in the workspace’s namespace.',
  },
  KeyMissing: {
    status: 'False',
    meaning: 'A Secret lacks the key that is read from it, or the key is empty; add it.',
  },
} as const satisfies Record<string, Meaning>

/** Every reason of every condition. Ready has those of the condition that keeps it from being true, beside its own. */
export const reasons = {
  Ready: {
    AllReady: { status: 'True', meaning: 'The workspace is as its spec wants it.' },
    Updating: { status: 'True', meaning: 'It serves while a change is being rolled out.' },
    Suspending: {
      status: 'False',
      meaning: 'spec.suspended is true and the last pods are ending.',
    },
    Suspended: {
      status: 'False',
      meaning: 'spec.suspended is true; no pod runs, all data is kept.',
    },
    Deleting: { status: 'False', meaning: 'The workspace is being deleted.' },
    NameTaken: {
      status: 'False',
      meaning:
        'An object that is not the workspace’s has the name of one of its children; it is left alone. Delete or rename it, or rename the workspace.',
    },
    WriteRefused: {
      status: 'False',
      meaning:
        'The API server does not accept a child: a quota, a policy, missing rights or a field of the spec.',
    },
  },
  CredentialsValid: {
    Valid: { status: 'True', meaning: 'Every Secret that is needed is there with its keys.' },
    ...noSecret,
  },
  DatabaseReady: {
    ...running,
    Reachable: { status: 'True', meaning: 'The external database answers the workspace’s pods.' },
    Refused: {
      status: 'False',
      meaning:
        'The database cannot be reached or refuses the user; see the message, then the address in the Secret and the network.',
    },
    NotChecked: { status: 'Unknown', meaning: 'No pod has reached the external database yet.' },
    ...noSecret,
  },
  CacheReady: {
    ...running,
    External: {
      status: 'True',
      meaning:
        'An external Redis is used. It is not watched: the workspace works, more slowly, without it.',
    },
    ...noSecret,
  },
  Migrated: {
    Migrated: { status: 'True', meaning: 'The database fits the wished version.' },
    Migrating: {
      status: 'False',
      meaning: 'The migration Job runs; pods keep the old version meanwhile.',
    },
    MigrationFailed: {
      status: 'False',
      meaning:
        'The last try of the migration Job failed and is repeated; see the message and the logs of the Job.',
    },
    WaitingForResume: {
      status: 'False',
      meaning: 'The migration runs when the workspace is resumed.',
    },
  },
  GatewayReady: running,
  AgentReady: running,
  LlmProxyReady: running,
  AuthReady: running,
} as const satisfies Record<ConditionType, Record<string, Meaning>>

export type Finding = { readonly reason: string; readonly message: string } & Pick<
  Condition,
  'status'
>

/** Messages of an API server or a pod have no limit of their own, the resource has. */
const longestMessage = 4_000

/** A condition's finding; what its reason means for the status is in the table alone. */
export const finding = <Type extends ConditionType>(
  type: Type,
  reason: keyof (typeof reasons)[Type] & string,
  message: string,
): Finding => {
  const meanings: Readonly<Record<string, Meaning>> = reasons[type]
  const text = message.length > longestMessage ? `${message.slice(0, longestMessage)} …` : message
  return { status: meanings[reason]!.status, reason, message: text }
}
