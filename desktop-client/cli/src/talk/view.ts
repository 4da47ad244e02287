import type { ServerFrame } from '@codelab/contracts/frames'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import type { ConversationState } from '@codelab/engine/conversation/state'
import type { ConnectionState } from '@codelab/engine/gateway/session-socket'
import type { Style } from '../terminal/style.ts'
import { createMarkdown } from '../terminal/markdown.ts'
import { createMarkdownStream } from '../terminal/markdown-stream.ts'
import type { Screen } from '../terminal/screen.ts'
import { harmless, visibleLine } from '../terminal/visible.ts'
import type { Texts } from '../texts/en.ts'
import { describeCall } from './describe-call.ts'
import { createJobNews, jobLine } from './job-line.ts'

type Frame<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** Shows a conversation as it goes on. */
export type View = {
  frame(frame: ServerFrame): void
  connection(state: ConnectionState): void
  /** Takes up what was going on before this view began. */
  begin(state: ConversationState): void
  /** This message was typed here: its echo is not shown. */
  sent(id: string): void
  quiet(): void
}

/** Answers as they come: rendered block by block for a person, as they are for a program. */
export function createView(options: {
  readonly screen: Screen
  readonly style: Style
  readonly texts: Texts
  readonly rich: boolean
  /** False when the session's tools run elsewhere. */
  readonly executes: () => boolean
}): View {
  const { screen, style, texts, rich, executes } = options
  const markdown = createMarkdownStream(createMarkdown(style))
  const own = new Set<string>()
  const isNews = createJobNews()
  /** Calls of a job outside any turn: many, and the person sits at the prompt. */
  const background = new Set<string>()
  let busy = false
  const calls = new Map<string, string>()
  let streaming: string | undefined
  let written = false

  const assistant = (frame: Frame<'assistant_message'>) => {
    streaming = frame.is_final ? undefined : frame.message_id
    // A message whose pieces were sent before this client came arrives whole.
    const piece = frame.is_final && !written ? (frame.content ?? '') : frame.token
    if (piece) written = true
    if (!rich) screen.write(piece + (frame.is_final && written ? '\n' : ''))
    else screen.write(markdown.add(piece) + (frame.is_final ? `${markdown.end()}\n` : ''))
    if (!frame.is_final) return
    written = false
    if (frame.finish_reason === 'step_limit') screen.remark(style.yellow(texts.turn.stepLimit))
    if (frame.finish_reason === 'length') screen.remark(style.yellow(texts.turn.length))
  }

  const discarded = (frame: Frame<'message_discarded'>) => {
    if (frame.message_id === streaming && written) screen.write(rich ? markdown.end() : '\n')
    streaming = undefined
    written = false
    screen.remark(style.yellow(texts.turn.discarded))
  }

  const called = (frame: Frame<'tool_call'>) => {
    const line = describeCall(frame.tool_name, frame.arguments)
    calls.set(frame.call_id, line)
    if (!busy && !frame.requires_approval) return void background.add(frame.call_id)
    if (frame.requires_approval) return screen.progress(texts.turn.waitingApproval)
    screen.remark(`${style.cyan('●')} ${line}`)
    const runsHere = executes() || runsInAgent(frame.tool_name)
    return screen.progress(runsHere ? texts.turn.running(line) : texts.turn.waitingElsewhere)
  }

  const resolved = (frame: Frame<'tool_resolved'>) => {
    if (frame.outcome === 'executed' || background.has(frame.call_id)) return
    const line = `${calls.get(frame.call_id) ?? frame.call_id}: ${texts.turn.outcome[frame.outcome]}`
    screen.remark(style.yellow(`○ ${line}`))
  }

  const shows: { [Type in ServerFrame['type']]?: (frame: Frame<Type>) => void } = {
    user_message: (frame) => {
      if (!own.has(frame.id)) {
        screen.remark(`${style.bold(`${texts.chat.you}:`)} ${harmless(frame.content)}`)
      }
    },
    assistant_message: assistant,
    message_discarded: discarded,
    tool_call: called,
    tool_resolved: resolved,
    job: (frame) => {
      if (isNews(frame)) screen.remark(style.dim(jobLine(texts, frame)))
    },
    turn: (frame) => {
      busy = frame.state === 'started'
      screen.progress(frame.state === 'started' ? texts.turn.thinking : undefined)
      if (frame.state === 'cancelled') screen.remark(style.yellow(texts.turn.cancelled))
      if (frame.state === 'failed') screen.remark(style.red(texts.turn.failed))
    },
    status: (frame) => {
      if (frame.state === 'idle') screen.progress(undefined)
      if (frame.state === 'thinking') screen.progress(texts.turn.thinking)
    },
    error: (frame) => {
      if (frame.in_reply_to === undefined && frame.code !== 'token_expired') {
        screen.remark(style.red(harmless(frame.message)))
      }
    },
  }

  return {
    frame: (frame) => {
      const show = shows[frame.type] as ((frame: ServerFrame) => void) | undefined
      show?.(frame)
    },
    connection: (state) => {
      if (state.state === 'waiting' && state.ms > 0) {
        const seconds = Math.ceil(state.ms / 1000)
        screen.progress(texts.turn.reconnecting(seconds, visibleLine(state.reason)))
      }
      if (state.state === 'open') screen.progress(undefined)
    },
    begin: ({ items, turn }) => {
      const last = items.at(-1)
      busy = turn?.state === 'started'
      if (busy) screen.progress(texts.turn.thinking)
      if (last?.kind !== 'message' || last.complete) return
      const { id: message_id, text: token } = last
      assistant({ type: 'assistant_message', seq: 1, message_id, token, is_final: false })
    },
    sent: (id) => void own.add(id),
    quiet: () => screen.progress(undefined),
  }
}
