import type { ServerFrame } from '@codelab/contracts/frames'
import { createView } from '@codelab/cli/talk/view'
import { createStyle } from '@codelab/cli/terminal/style'
import { textsIn } from '@codelab/cli/texts/texts'
import { emptyConversation } from '@codelab/engine/conversation/state'

function setUp(rich: boolean) {
  let written = ''
  const remarks: string[] = []
  const progress: (string | undefined)[] = []
  const view = createView({
    style: createStyle(false),
    texts: textsIn('en'),
    rich,
    executes: () => true,
    screen: {
      write: (text) => void (written += text),
      remark: (line) => void remarks.push(line),
      progress: (text) => void progress.push(text),
    },
  })
  const show = (...frames: object[]) => {
    for (const frame of frames) view.frame({ seq: 1, ...frame } as ServerFrame)
  }
  return { view, show, written: () => written, remarks, progress }
}

const piece = (token: string) => ({
  type: 'assistant_message',
  message_id: 'm',
  token,
  is_final: false,
})
const final = (content: string, finish_reason = 'stop') => ({
  ...piece(''),
  is_final: true,
  content,
  finish_reason,
})

describe('view', () => {
  test('a program reads the answer as it is, with one line break at its end', () => {
    const { show, written } = setUp(false)
    show(piece('**a'), piece('**\n\u001B'), final('**a**\n\u001B'))
    expect(written()).toBe('**a**\n\u001B\n')
  })

  test('a person reads it rendered', () => {
    const { show, written } = setUp(true)
    show(piece('**a'), piece('**\n'), final('**a**\n'))
    expect(written()).toBe('a\n\n')
  })

  test('an answer that comes whole is shown whole', () => {
    const { show, written } = setUp(false)
    show(final('No model is there.', 'unavailable'))
    expect(written()).toBe('No model is there.\n')
  })

  test('an answer under way is taken up where it is', () => {
    const { view, show, written } = setUp(false)
    const message = {
      kind: 'message',
      id: 'm',
      role: 'assistant',
      text: 'Hel',
      complete: false,
    } as const
    view.begin({ ...emptyConversation, items: [message] })
    show(piece('lo'), final('Hello'))
    expect(written()).toBe('Hello\n')
  })

  test('a discarded attempt is told, and the next one begins anew', () => {
    const { show, written, remarks } = setUp(true)
    show(piece('half'), { type: 'message_discarded', message_id: 'm', reason: 'cut' })
    show({ ...piece('whole\n'), message_id: 'n' }, { ...final('whole\n'), message_id: 'n' })
    expect(remarks).toEqual([textsIn('en').turn.discarded])
    expect(written()).toBe('half\nwhole\n\n')
  })

  test('tools are named when they run, and only other outcomes than done are told', () => {
    const { show, remarks } = setUp(true)
    const call = {
      type: 'tool_call',
      call_id: 'c',
      tool_name: 'read_file',
      arguments: { path: 'a' },
    }
    show({ type: 'turn', state: 'started', turn_id: 't' })
    show({ ...call, requires_approval: true }, { ...call, requires_approval: false })
    show({ type: 'tool_resolved', call_id: 'c', outcome: 'executed' })
    expect(remarks).toEqual(['● read_file a'])
    show({ type: 'tool_resolved', call_id: 'c', outcome: 'expired' })
    expect(remarks.at(-1)).toBe('○ read_file a: expired')
  })

  test('messages from another device are shown, those from here are not repeated', () => {
    const { view, show, remarks } = setUp(true)
    view.sent('mine')
    show({ type: 'user_message', id: 'mine', content: 'x' })
    show({ type: 'user_message', id: 'theirs', content: 'y\u001B' })
    expect(remarks).toEqual(['you: y\\u{1b}'])
  })

  test('a failure of the turn is shown without steering the terminal', () => {
    const { show, remarks } = setUp(true)
    show({ type: 'error', code: 'upstream_failed', message: 'down\u001B[2J' })
    expect(remarks).toEqual(['down\\u{1b}[2J'])
  })
})

describe('jobs in a view', () => {
  const job = (state: string, more: object = {}) => ({
    type: 'job',
    job_id: 'j',
    kind: 'embed_project',
    state,
    progress: 0.25,
    ...more,
  })

  test('a job is told of once for each state, and by its reason to wait', () => {
    const { show, remarks } = setUp(true)
    show(job('queued', { progress: 0 }), job('running'), job('running', { progress: 0.5 }))
    show(job('waiting', { note: 'Waits for your machine.' }))
    show(job('running'), job('waiting', { note: 'Waits for your machine.' }))
    show(job('succeeded', { progress: 1 }))
    expect(remarks).toEqual([
      'embed_project queued',
      'embed_project running 25 %',
      'embed_project waiting 25 % · Waits for your machine.',
      'embed_project done',
    ])
  })

  test('what a job reads while nobody waits is not listed; what a turn does is', () => {
    const { show, remarks } = setUp(true)
    const call = (call_id: string) => ({
      type: 'tool_call',
      call_id,
      tool_name: 'read_file',
      arguments: { path: call_id },
      requires_approval: false,
    })
    show(call('a'), { type: 'tool_resolved', call_id: 'a', outcome: 'failed' })
    show({ type: 'turn', state: 'started', turn_id: 't' }, call('b'))
    expect(remarks).toEqual(['● read_file b'])
  })
})
