import { alwaysAsks } from '@codelab/contracts/always-ask'
import type { CallItem } from '@codelab/engine/conversation/state'
import type { Context } from '../context.ts'
import { EditorFailure } from '../terminal/editor.ts'
import { isEnd, isInterrupt, readKey, readLine } from '../terminal/keys.ts'
import type { Screen } from '../terminal/screen.ts'
import { createApprovalText } from './approval-text.ts'
import type { Decide, Decided } from './approver.ts'
import { editArguments } from './edit-arguments.ts'
import type { OpenedSession } from './session.ts'

const bell = '\u0007'

type Arguments = Readonly<Record<string, unknown>>
type Choice = 'approve' | 'edit' | 'reject' | 'session'

// The same keys of a Russian keyboard count too. Nothing is preselected: Enter decides nothing, and neither does anything that is pasted.
const choices: Readonly<Record<string, Choice>> = {
  a: 'approve',
  ф: 'approve',
  e: 'edit',
  у: 'edit',
  r: 'reject',
  к: 'reject',
  s: 'session',
  ы: 'session',
}

/**
 * Asks the person at the terminal: shows what would happen, and waits for one of the keys.
 * `onInterrupt` is told of Ctrl-C and Ctrl-D at the question, which decide nothing.
 */
export function askAt(
  context: Context,
  screen: Screen,
  session: Pick<OpenedSession, 'preview' | 'executes' | 'isHeld'>,
  onInterrupt: () => void,
): Decide {
  const { terminal, texts, style, editor } = context
  const describe = createApprovalText({
    style,
    texts,
    ...(session.executes && { preview: session.preview }),
  })
  const say = texts.approve

  const choose = async (
    { edited, once, held }: { edited: boolean; once: boolean; held: boolean },
    signal: AbortSignal,
  ): Promise<Choice | undefined> => {
    const keys = held ? say.keysHeld : edited ? say.keysEdited : once ? say.keysOnce : say.keys
    screen.write(style.bold(keys))
    for (;;) {
      const key = await readKey(terminal, signal)
      if (key === undefined || isInterrupt(key) || isEnd(key)) {
        screen.write('\n')
        if (key === undefined) screen.remark(style.yellow(say.elsewhere))
        else onInterrupt()
        return undefined
      }
      const choice = choices[key.toLowerCase()]
      const refused =
        (choice === 'session' && (edited || once || held)) || (choice === 'edit' && held)
      if (!choice || refused) {
        screen.write(bell)
        continue
      }
      screen.write(`${say.chosen[choice]}\n`)
      return choice
    }
  }

  const edit = async (call: CallItem, args: Arguments): Promise<Arguments> => {
    try {
      const edited = await editArguments(editor, call.tool, args)
      if (edited.kind === 'edited') return edited.arguments
      screen.remark(
        style.yellow(edited.kind === 'unchanged' ? say.unchanged : say.invalid(edited.message)),
      )
    } catch (error) {
      if (!(error instanceof EditorFailure)) throw error
      screen.remark(style.red(say.noEditor(error.message)))
    }
    return args
  }

  const reject = async (args: Arguments, signal: AbortSignal): Promise<Decided | undefined> => {
    const answer = await readLine(terminal, say.why, { signal })
    if (answer.kind === 'aborted') return undefined
    const feedback = answer.kind === 'line' ? answer.text.trim() : ''
    return { decision: { decision: 'reject', ...(feedback && { feedback }) }, shown: args }
  }

  const approve = (call: CallItem, args: Arguments, session: boolean): Decided => ({
    shown: args,
    decision:
      args === call.arguments
        ? { decision: 'approve', ...(session && { remember: 'session' as const }) }
        : { decision: 'edit', modified_arguments: { ...args } },
  })

  return async (call, signal) => {
    screen.progress(undefined)
    let args: Arguments = call.arguments
    screen.remark(await describe({ ...call, arguments: args }))
    for (;;) {
      const once = alwaysAsks(call.tool, args) !== undefined
      // What a rule of this machine alone holds back is taken as it is or not at all.
      const held = session.isHeld(call.callId)
      const choice = await choose({ edited: args !== call.arguments, once, held }, signal)
      if (choice === undefined) return undefined
      if (choice === 'reject') return await reject(args, signal)
      if (choice !== 'edit') return approve(call, args, choice === 'session')
      args = await edit(call, args)
      screen.remark(await describe({ ...call, arguments: args }))
    }
  }
}
