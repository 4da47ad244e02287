import { createHash } from 'node:crypto'
import type {
  HiddenCharacter,
  Preview,
  PreviewEffect,
} from '@codelab/contracts/engine-ui/approvals'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { canonical } from '../../conversation/canonical.ts'
import { hiddenCharactersIn } from '../../workspace/preview/hidden-characters.ts'
import type { Workspace } from '../../workspace/open-workspace.ts'
import { ToolFailure } from '../../workspace/tool-failure.ts'

type Arguments = Readonly<Record<string, unknown>>

/** A call as it waits. */
export type Waiting = {
  readonly sessionId: string
  readonly callId: string
  readonly tool: string
  readonly arguments: Arguments
  readonly reason?: string | undefined
  readonly expiresAt?: string | undefined
}

const mostHidden = 200
const one = { lines: false }

function hiddenIn(effect: PreviewEffect): HiddenCharacter[] {
  switch (effect.kind) {
    case 'text_change':
      return [
        ...hiddenCharactersIn('path', effect.path, one),
        ...hiddenCharactersIn('after', effect.after, { lines: true }),
      ]
    case 'move':
      return [
        ...hiddenCharactersIn('path', effect.path, one),
        ...hiddenCharactersIn('to', effect.to, one),
      ]
    case 'new_folder':
    case 'deletion':
      return hiddenCharactersIn('path', effect.path, one)
    case 'command':
      return [
        ...effect.argv.flatMap((word, index) => hiddenCharactersIn(`argv.${index}`, word, one)),
        ...hiddenCharactersIn('cwd', effect.cwd, one),
      ]
    default:
      return []
  }
}

type Effect = { readonly effect: PreviewEffect; readonly warnings: Preview['warnings'] }

async function effectOf(
  workspace: Workspace | undefined,
  tool: string,
  args: Arguments,
): Promise<Effect> {
  if (runsInAgent(tool)) return { effect: { kind: 'look' }, warnings: [] }
  if (!workspace) return { effect: { kind: 'elsewhere' }, warnings: [] }
  try {
    const preview = await workspace.preview(tool, args)
    if (!preview) return { effect: { kind: 'look' }, warnings: [] }
    const { warnings, ...effect } = preview
    return { effect: effect as PreviewEffect, warnings: [...warnings] }
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error
    const { code, message } = error
    return { effect: { kind: 'impossible', code, message }, warnings: [] }
  }
}

/** What a waiting call would do now, with its own arguments or with edited ones. */
export async function previewOf(
  workspace: Workspace | undefined,
  call: Waiting,
  edited?: Arguments,
): Promise<Preview> {
  const args = edited ?? call.arguments
  const { effect, warnings } = await effectOf(workspace, call.tool, args)
  const named = canonical([call.sessionId, call.callId, call.tool, args, effect])
  return {
    preview_id: createHash('sha256').update(named).digest('base64url'),
    session_id: call.sessionId,
    call_id: call.callId,
    tool: call.tool,
    arguments: { ...args },
    ...(call.reason !== undefined && { reason: call.reason }),
    ...(call.expiresAt !== undefined && { expires_at: call.expiresAt }),
    edited: canonical(args) !== canonical(call.arguments),
    effect,
    warnings,
    hidden: hiddenIn(effect).slice(0, mostHidden),
  }
}
