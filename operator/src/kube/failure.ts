/** Why a request failed: the API server's own reason, or ours for what never got an answer of its form. */
export type KubeReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'ServerTimeout'
  | 'Timeout'
  | 'StoreReadError'
  | 'Unknown'
  /** No connection, or one that broke: the write may have happened. */
  | 'Unreachable'
  /** No answer in time: the write may have happened. */
  | 'NoAnswer'
  /** An answer that is not the API server's form. */
  | 'Malformed'

/** What the API server says about one field of an object that it refused. */
export type KubeCause = {
  readonly reason?: string
  readonly field?: string
  readonly message?: string
}

type Details = {
  message: string
  status?: number
  causes?: readonly KubeCause[]
  retryAfterSeconds?: number | undefined
  cause?: unknown
}

/** A request to the API server that failed. Decide by `reason`; the text is for people. */
export class KubeFailure extends Error {
  override readonly name = 'KubeFailure'
  readonly reason: KubeReason
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number
  readonly causes: readonly KubeCause[]
  readonly retryAfterSeconds: number | undefined

  constructor(reason: KubeReason, { message, status, causes, retryAfterSeconds, cause }: Details) {
    super(message, cause === undefined ? undefined : { cause })
    this.reason = reason
    this.status = status ?? 0
    this.causes = causes ?? []
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Whether a thrown thing is the API server's refusal for one of these reasons. */
export const failedWith = (error: unknown, ...reasons: readonly KubeReason[]): boolean =>
  error instanceof KubeFailure && reasons.includes(error.reason)

const byStatus: Readonly<Record<number, KubeReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

const known: ReadonlySet<string> = new Set<KubeReason>([
  ...Object.values(byStatus),
  'AlreadyExists',
  'Expired',
  'ServerTimeout',
  'StoreReadError',
])

type Status = {
  kind?: unknown
  reason?: unknown
  message?: unknown
  code?: unknown
  details?: { causes?: unknown; retryAfterSeconds?: unknown }
}

type Refusal = { status: number; body: unknown; what: string; retryAfter?: unknown }

/** The failure in an answer, or in the object of an ERROR event; `what` was asked, for the text. A body of another form counts by its status. */
export function failureIn({ status, body, what, retryAfter }: Refusal): KubeFailure {
  const isStatus = typeof body === 'object' && body !== null && (body as Status).kind === 'Status'
  const said: Status = isStatus ? body : {}
  const code = typeof said.code === 'number' && said.code >= 400 ? said.code : status
  const reason =
    typeof said.reason === 'string' && known.has(said.reason)
      ? (said.reason as KubeReason)
      : // That nothing is there is believed of the API server alone, never of a proxy before it.
        ((isStatus || code !== 404 ? byStatus[code] : undefined) ?? 'Unknown')
  const seconds = [retryAfter, said.details?.retryAfterSeconds].map(Number).find((n) => n > 0)
  const causes = said.details?.causes
  return new KubeFailure(reason, {
    message: `${what}: ${typeof said.message === 'string' && said.message ? said.message : `the API server answered ${code}`}`,
    status: code,
    causes: Array.isArray(causes) ? (causes as KubeCause[]) : [],
    retryAfterSeconds: seconds,
  })
}
