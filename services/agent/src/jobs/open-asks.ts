import { judge } from '../policy/judge.ts'
import { type CheckedCall, checkToolCall } from '../tools/propose.ts'
import { openCall } from '../turn/open-call.ts'
import { cleanJson } from '../turn/text.ts'
import type { Call, StoredJob, Work } from '../turn/work.ts'
import type { ToolAsk } from './kinds/job-run.ts'

/** Opens the calls that a job asks for, as a model's are: checked, judged, told to the clients. What is refused is answered at once. */
export async function openAsks(work: Work, job: StoredJob, asks: readonly ToolAsk[]) {
  const proposals = asks.map((raw) => {
    const ask = { ...raw, arguments: cleanJson(raw.arguments) }
    return { ask, checked: checkToolCall({ name: ask.tool, arguments: ask.arguments }) }
  })
  const remembered = await work.approvals.remembered(
    proposals.flatMap(({ checked }) => (checked.ok ? [checked.digest] : [])),
  )
  for (const { ask, checked } of proposals) {
    if (checked.ok) openAsk(work, job, { ask, checked, remembered: remembered.has(checked.digest) })
    else refuse(work, job, ask, checked)
  }
}

function openAsk(
  work: Work,
  job: StoredJob,
  {
    ask,
    checked,
    remembered,
  }: { ask: ToolAsk; checked: Extract<CheckedCall, { ok: true }>; remembered: boolean },
): void {
  const { rules } = work.settings
  const verdict = judge({ tool: checked.name, arguments: checked.arguments, rules, remembered })
  if (verdict.action === 'deny') {
    const message = verdict.reason ?? `The workspace's rules deny this use of ${checked.name}.`
    return refuse(work, job, ask, { code: 'denied_by_policy', message })
  }
  openCall(
    work,
    {
      callId: work.newId(),
      turnId: null,
      vendorId: ask.key,
      jobId: job.id,
      tool: checked.name,
      arguments: checked.arguments,
      digest: checked.digest,
    },
    { action: verdict.action, reason: verdict.reason },
  )
}

/** No client hears of it, and nothing of it ever runs. */
function refuse(
  work: Work,
  job: StoredJob,
  { key, tool, arguments: given }: ToolAsk,
  { code, message }: { code: string; message: string },
): void {
  work.calls.save({
    callId: work.newId(),
    turnId: null,
    vendorId: key,
    jobId: job.id,
    tool: tool as Call['tool'], // kept as it was asked for, known or not
    arguments: given,
    digest: '',
    edited: false,
    state: 'resolved',
    outcome: 'failed',
    answer: { error: { code, message } },
    reason: null,
    resolvedBy: null,
    seq: work.head.lastSeq,
    claimedBy: null,
    claimSeenAt: null,
    claimGone: false,
    expiresAt: null,
    createdAt: work.now,
    resolvedAt: work.now,
  })
}
