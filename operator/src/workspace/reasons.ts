import type { Condition, ConditionType } from '@codelab/contracts/workspace-status'

type Meaning = {
  readonly status: Condition['status']
  readonly meaning: string
  /** What a person does about it; absent: nothing is to be done. */
  readonly help?: string
}

const watchIt = 'Wait; if it lasts, look at the pods.'

const running = {
  Running: { status: 'True', meaning: 'All its pods are ready.' },
  Updating: { status: 'True', meaning: 'Enough pods are ready while new ones replace old ones.' },
  Starting: { status: 'False', meaning: 'Its pods are on their way.', help: watchIt },
  PodsNotReady: { status: 'False', meaning: 'Some of its pods are not ready.', help: watchIt },
  Failing: {
    status: 'False',
    meaning: 'Its pods cannot start; the message is the cluster’s own.',
    help: 'Look at `kubectl describe pod` and the logs, and mend what they name: an image, room on the nodes, a volume, a setting.',
  },
  Stopped: { status: 'False', meaning: '`spec.suspended` is true.' },
} as const satisfies Record<string, Meaning>

const noSecret = {
  SecretMissing: {
    status: 'False',
    meaning:
      'A Secret that the spec names, or the one that seals what is in the database, does not exist.',
    help: 'Create it in the workspace’s namespace, or mend the field that the message names. The operator’s own comes from a backup.',
  },
  KeyMissing: {
    status: 'False',
    meaning: 'A Secret lacks the key that is read from it, or the key is empty.',
    help: 'Add the key. One that the operator made and that is lost comes from a backup: a new one may lock data away.',
  },
} as const satisfies Record<string, Meaning>

/** Every reason of every condition. Ready has those of the condition that keeps it from being true, beside its own. */
export const reasons = {
  Ready: {
    AllReady: { status: 'True', meaning: 'The workspace is as its spec wants it.' },
    Updating: { status: 'True', meaning: 'It serves while a change is being rolled out.' },
    Suspending: {
      status: 'False',
      meaning: '`spec.suspended` is true and the last pods are ending.',
    },
    Suspended: {
      status: 'False',
      meaning: '`spec.suspended` is true; no pod runs, all data is kept.',
      help: 'Set `spec.suspended` to false to go on.',
    },
    Deleting: {
      status: 'False',
      meaning: 'The workspace is being deleted.',
      help: 'If it stays, the operator’s log says what cannot be made to fit `spec.deletionPolicy`.',
    },
    NameTaken: {
      status: 'False',
      meaning:
        'An object that is not the workspace’s has the name of one of its children; it is left alone.',
      help: 'Delete that object, or give the workspace another name.',
    },
    WriteRefused: {
      status: 'False',
      meaning: 'The API server does not accept a change; the message is its own.',
      help: 'Mend what it names: a quota, a policy, the operator’s rights, a field of the spec. It is tried again every 5 s.',
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
      meaning: 'The external database cannot be reached, or refuses the user.',
      help: 'Compare the message with the address and user in the Secret, then look at the network and the database’s own log.',
    },
    NotChecked: {
      status: 'Unknown',
      meaning: 'No pod has reached the external database yet.',
      help: watchIt,
    },
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
      help: 'Wait; if it lasts, look at the Job and its pod.',
    },
    MigrationFailed: {
      status: 'False',
      meaning: 'The last try of the migration Job failed; it is repeated.',
      help: 'Read the message and the logs of the Job; the old version serves on meanwhile.',
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
