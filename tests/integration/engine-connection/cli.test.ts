import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientFrame } from '@codelab/contracts/frames'
import { until } from '../../support/until.ts'
import { startStandIn, type StandIn } from './stand-in.ts'
import { createMachine, type Machine, openTerminal, runPlain } from './terminal.ts'

let standIn: StandIn
let machine: Machine
beforeEach(async () => {
  standIn = await startStandIn()
  machine = await createMachine(standIn.url)
})
afterEach(async () => {
  await standIn.stop()
  await machine.remove()
})

type Arguments = Record<string, unknown>
const sent = <Type extends ClientFrame['type']>(type: Type) =>
  standIn.received.filter(
    (frame): frame is Extract<ClientFrame, { type: Type }> => frame.type === type,
  )

const say = (content: string) =>
  standIn.append({
    type: 'assistant_message',
    message_id: `m${standIn.log.length}`,
    token: '',
    is_final: true,
    content,
    finish_reason: 'stop',
  })
const turn = (state: 'started' | 'finished' | 'cancelled' | 'failed') =>
  standIn.append({ type: 'turn', state, turn_id: 't' })

/** One turn that asks for one tool, and answers with what became of it. */
function playTool(tool_name: string, args: Arguments, requires_approval = true) {
  const echo = standIn.onFrame
  const call = (needs: boolean, final: Arguments) =>
    standIn.append({
      type: 'tool_call',
      call_id: 'call-1',
      tool_name,
      arguments: final,
      requires_approval: needs,
    })
  const end = (outcome: 'executed' | 'failed' | 'rejected' | 'cancelled', text: string) => {
    standIn.append({ type: 'tool_resolved', call_id: 'call-1', outcome })
    say(text)
    turn('finished')
  }
  standIn.onFrame = (frame, socket) => {
    echo(frame, socket)
    if (frame.type === 'user_message') {
      turn('started')
      call(requires_approval, args)
    }
    if (frame.type === 'hitl_decision' && frame.decision === 'reject') {
      end('rejected', `rejected: ${frame.feedback ?? 'no reason'}`)
    }
    if (frame.type === 'hitl_decision' && frame.decision !== 'reject') {
      call(false, frame.modified_arguments ?? args)
    }
    if (frame.type === 'tool_claim') standIn.tell({ type: 'tool_claimed', call_id: frame.call_id })
    if (frame.type === 'tool_result') {
      end('error' in frame && frame.error ? 'failed' : 'executed', 'All **done**.')
    }
    if (frame.type === 'cancel') {
      standIn.append({ type: 'tool_resolved', call_id: 'call-1', outcome: 'cancelled' })
      turn('cancelled')
    }
  }
}

const project = (name: string) => join(machine.project, name)

async function editorThatWrites(text: string): Promise<string> {
  const script = project('../editor.sh')
  await writeFile(script, `#!/bin/sh\nprintf '%s' '${text}' > "$1"\n`)
  await chmod(script, 0o755)
  return script
}

describe('codelab run in a terminal', () => {
  test('shows the difference, waits for a key that decides, and writes the file', async () => {
    await writeFile(project('a.txt'), 'one\ntwo\n')
    playTool('write_file', { path: 'a.txt', content: 'one\n2\n' })
    const terminal = openTerminal(machine, ['run', 'change it'])
    await terminal.sees('-two')
    await terminal.sees('+2')
    await terminal.sees('[s]ession')
    terminal.type('\ra pasted text approves nothing')
    await until('the bell', () => terminal.raw().includes('\u0007'))
    terminal.type('a')
    await terminal.sees('All done.')
    expect(await terminal.code).toBe(0)
    expect(await readFile(project('a.txt'), 'utf8')).toBe('one\n2\n')
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'approve' }])
    expect(sent('hitl_decision')[0]).not.toHaveProperty('remember')
    expect(terminal.raw()).toContain('\u001B[31m-two\u001B[39m')
  })

  test('remembers an approval for the session only when asked to', async () => {
    playTool('create_directory', { path: 'new' })
    const terminal = openTerminal(machine, ['run', 'make it'])
    await terminal.sees('[s]ession')
    terminal.type('s')
    expect(await terminal.code).toBe(0)
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'approve', remember: 'session' }])
  })

  test('lets the person edit the file, shows the difference again, and writes what was approved', async () => {
    playTool('write_file', { path: 'a.txt', content: 'from the model' })
    const editor = await editorThatWrites('from the person')
    const terminal = openTerminal(machine, ['run', 'write it'], { EDITOR: editor })
    await terminal.sees('[s]ession')
    terminal.type('e')
    await terminal.sees('+from the person')
    await terminal.sees('[a]pprove as edited')
    terminal.type('a')
    expect(await terminal.code).toBe(0)
    expect(sent('hitl_decision')).toMatchObject([
      { decision: 'edit', modified_arguments: { path: 'a.txt', content: 'from the person' } },
    ])
    expect(await readFile(project('a.txt'), 'utf8')).toBe('from the person')
  })

  test('edited arguments that are not valid are refused here, and the question stays', async () => {
    playTool('delete_file', { path: 'a.txt' })
    const editor = await editorThatWrites('{"path": "../outside"}')
    const terminal = openTerminal(machine, ['run', 'delete it'], { EDITOR: editor })
    await terminal.sees('[s]ession')
    terminal.type('e')
    await terminal.sees('must stay inside the project folder')
    await terminal.sees('[s]ession')
    terminal.type('r')
    await terminal.sees('Why?')
    terminal.type('keep it\r')
    await terminal.sees('rejected: keep it')
    expect(await terminal.code).toBe(0)
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'reject', feedback: 'keep it' }])
  })

  test('shows every character of a command', async () => {
    playTool('execute_command', { argv: ['rm', '-rf', 'a\u202Eb', 'c\rls'] })
    const terminal = openTerminal(machine, ['run', 'clean up'])
    await terminal.sees('"a\\u{202e}b"')
    await terminal.sees('"c\\rls"')
    await terminal.sees('[s]ession')
    terminal.type('\u0003')
    expect(await terminal.code).toBe(6)
    expect(sent('cancel')).toHaveLength(1)
    expect(terminal.raw()).not.toContain('\u202E')
  })

  test('a question that is answered elsewhere goes away', async () => {
    playTool('create_directory', { path: 'new' })
    const terminal = openTerminal(machine, ['run', 'make it'])
    await terminal.sees('[s]ession')
    standIn.append({ type: 'tool_resolved', call_id: 'call-1', outcome: 'rejected', by: 'another' })
    say('Never mind.')
    turn('finished')
    await terminal.sees('Never mind.')
    expect(await terminal.code).toBe(0)
    expect(terminal.text()).toContain('Decided elsewhere')
    expect(sent('hitl_decision')).toEqual([])
  })

  test('NO_COLOR: no effects', async () => {
    playTool('read_file', { path: 'a.txt' }, false)
    await writeFile(project('a.txt'), 'x')
    const terminal = openTerminal(machine, ['run', 'read it'], { NO_COLOR: '1' })
    expect(await terminal.code).toBe(0)
    expect(terminal.raw()).not.toContain('\u001B[1m')
    expect(terminal.raw()).not.toContain('\u001B[36m')
  })

  test('speaks Russian where the person does', async () => {
    playTool('delete_file', { path: 'a.txt' })
    await writeFile(project('a.txt'), 'x')
    const terminal = openTerminal(machine, ['run', 'удали'], { LANG: 'ru_RU.UTF-8' })
    await terminal.sees('Помощник просит разрешения')
    await terminal.sees('переместить в корзину a.txt')
    terminal.type('ф')
    expect(await terminal.code).toBe(0)
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'approve' }])
  })
})

describe('codelab chat', () => {
  test('talks turn by turn, stops an answer at Ctrl-C, and says how to come back', async () => {
    const echo = standIn.onFrame
    standIn.onFrame = (frame, socket) => {
      echo(frame, socket)
      if (frame.type === 'user_message') {
        turn('started')
        if (frame.content !== 'wait') {
          say(`You said ${frame.content}.`)
          turn('finished')
        }
      }
      if (frame.type === 'cancel') turn('cancelled')
    }
    const terminal = openTerminal(machine, ['chat'])
    await terminal.sees('› ')
    terminal.type('hello\r')
    await terminal.sees('You said hello.')
    await terminal.sees('› ')
    terminal.type('wait\r')
    await until('the message', () => sent('user_message').length === 2)
    await terminal.sees('thinking')
    terminal.type('\u0003')
    await terminal.sees('Stopped.')
    await terminal.sees('› ')
    terminal.type('again\r')
    await terminal.sees('You said again.')
    await terminal.sees('› ')
    terminal.type('\u0004')
    await terminal.sees('codelab chat --session')
    expect(await terminal.code).toBe(0)
    const contents = sent('user_message').map(({ content }) => content)
    expect(contents).toEqual(['hello', 'wait', 'again'])
  })

  test('starts another session when the old one has ended', async () => {
    const terminal = openTerminal(machine, ['chat'])
    await terminal.sees('› ')
    await until('the connection', () => standIn.sockets.size > 0)
    standIn.close(4010)
    await terminal.sees('here is a new one')
    await terminal.sees('› ')
    await until('another session', () => new Set(standIn.upgrades.map(({ url }) => url)).size === 2)
    terminal.type('/quit\r')
    expect(await terminal.code).toBe(0)
  })
})

describe('the project folder', () => {
  test('tells of changes by others, not of those by the tools', async () => {
    playTool('write_file', { path: 'by-tool.txt', content: 'x' }, false)
    const terminal = openTerminal(machine, ['chat'])
    await terminal.sees('› ')
    let written = 0
    await until('a change that is seen', async () => {
      await writeFile(project(`by-person-${(written += 1)}.txt`), 'x')
      return sent('file_changed').length > 0
    })
    terminal.type('write\r')
    await terminal.sees('All done.')
    await writeFile(project('afterwards.txt'), 'x')
    await until('the last change', () =>
      sent('file_changed').some(({ path }) => path === 'afterwards.txt'),
    )
    const paths = sent('file_changed').map(({ path }) => path)
    expect(paths.filter((path) => !path.startsWith('by-person'))).toEqual(['afterwards.txt'])
    terminal.type('/quit\r')
    expect(await terminal.code).toBe(0)
  })

  test('a session of another folder is only looked on, until it is moved here', async () => {
    playTool('create_directory', { path: 'new' }, false)
    expect(await (await runPlain(machine, ['run', 'x'])).code).toBe(0)
    const session = /\/ws\/([^?]+)/.exec(standIn.upgrades[0]!.url)?.[1] ?? ''
    const elsewhere = ['--project', machine.home, 'run', '--session', session]

    standIn.log.length = 0
    const viewer = await runPlain(machine, [...elsewhere, '--timeout', '1', 'x'])
    expect(await viewer.code).toBe(7)
    expect(standIn.upgrades.at(-1)?.url).toContain('role=viewer')
    expect(sent('tool_claim')).toHaveLength(1)

    standIn.log.length = 0
    playTool('create_directory', { path: 'newer' }, false)
    expect(await (await runPlain(machine, [...elsewhere, '--here', 'x'])).code).toBe(0)
    expect(standIn.upgrades.at(-1)?.url).not.toContain('role=viewer')
  })
})

describe('codelab run in a script', () => {
  test('the answer goes to standard output, remarks to standard error', async () => {
    await writeFile(project('a.txt'), 'text of the file')
    playTool('read_file', { path: 'a.txt' }, false)
    const run = await runPlain(machine, ['run', 'read it'])
    expect(await run.code).toBe(0)
    expect(run.out()).toBe('All **done**.\n')
    expect(run.err()).toBe('● read_file a.txt\n')
    expect(sent('tool_result')).toMatchObject([{ call_id: 'call-1' }])
    expect(JSON.stringify(sent('tool_result'))).toContain('text of the file')
  })

  test('--json: one frame per line and nothing else', async () => {
    playTool('read_file', { path: 'missing.txt' }, false)
    const run = await runPlain(machine, ['run', '--json', 'read it'])
    expect(await run.code).toBe(0)
    const types = run
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).toEqual([
      'session',
      'user_message',
      'turn',
      'tool_call',
      'tool_claimed',
      'tool_resolved',
      'assistant_message',
      'turn',
    ])
    expect(run.err()).toBe('')
  })

  test('an approval that nobody can give stays open: exit code 5', async () => {
    playTool('create_directory', { path: 'new' })
    const run = await runPlain(machine, ['run', 'make it'])
    expect(await run.code).toBe(5)
    expect(run.err()).toContain('codelab approvals approve call-1')
    expect(sent('hitl_decision')).toEqual([])
    expect(sent('cancel')).toEqual([])
  })

  test('--approve=never refuses and ends with 5, --approve=all approves', async () => {
    playTool('create_directory', { path: 'new' })
    expect(await (await runPlain(machine, ['run', '--approve=never', 'x'])).code).toBe(5)
    expect(sent('hitl_decision')).toMatchObject([{ decision: 'reject' }])
    standIn.log.length = 0
    expect(await (await runPlain(machine, ['run', '--approve=all', 'x'])).code).toBe(0)
    expect(sent('hitl_decision').at(-1)).toMatchObject({ decision: 'approve' })
  })

  test('arguments that were changed after the approval are not executed', async () => {
    playTool('write_file', { path: 'a.txt', content: 'approved' })
    const play = standIn.onFrame
    standIn.onFrame = (frame, socket) => {
      if (frame.type !== 'hitl_decision') return play(frame, socket)
      standIn.append({
        type: 'tool_call',
        call_id: 'call-1',
        tool_name: 'write_file',
        arguments: { path: 'b.txt', content: 'smuggled' },
        requires_approval: false,
      })
    }
    const run = await runPlain(machine, ['run', '--approve=all', 'x'])
    await run.code
    expect(sent('tool_result')).toMatchObject([{ error: { code: 'denied_by_policy' } }])
    await expect(readFile(project('b.txt'))).rejects.toThrow('ENOENT')
  })

  test('--timeout: the turn is cancelled and the exit code is 7', async () => {
    const echo = standIn.onFrame
    standIn.onFrame = (frame, socket) => {
      echo(frame, socket)
      if (frame.type === 'user_message') turn('started')
      if (frame.type === 'cancel') turn('cancelled')
    }
    const run = await runPlain(machine, ['run', '--timeout', '0.5', 'think'])
    expect(await run.code).toBe(7)
    expect(sent('cancel')).toHaveLength(1)
  })

  test('an interrupt cancels the turn: exit code 6', async () => {
    const echo = standIn.onFrame
    standIn.onFrame = (frame, socket) => {
      echo(frame, socket)
      if (frame.type === 'user_message') turn('started')
      if (frame.type === 'cancel') turn('cancelled')
    }
    const run = await runPlain(machine, ['run', 'think'])
    await until('the turn', () => standIn.log.some(({ type }) => type === 'turn'))
    run.child.kill('SIGINT')
    expect(await run.code).toBe(6)
  })

  test('a failed turn: exit code 1 and the reason', async () => {
    const echo = standIn.onFrame
    standIn.onFrame = (frame, socket) => {
      echo(frame, socket)
      if (frame.type !== 'user_message') return
      turn('started')
      standIn.tell({ type: 'error', code: 'upstream_failed', message: 'The key is not valid.' })
      turn('failed')
    }
    const run = await runPlain(machine, ['run', 'x'])
    expect(await run.code).toBe(1)
    expect(run.err()).toContain('The key is not valid.')
  })

  test('a line that breaks in the middle of a turn changes nothing', async () => {
    await writeFile(project('a.txt'), 'x')
    playTool('read_file', { path: 'a.txt' }, false)
    const play = standIn.onFrame
    let cuts = 0
    standIn.onFrame = (frame, socket) => {
      play(frame, socket)
      if (cuts < 2 && (frame.type === 'user_message' || frame.type === 'tool_claim')) {
        cuts += 1
        standIn.cut()
      }
    }
    const run = await runPlain(machine, ['run', 'read it'])
    expect(await run.code).toBe(0)
    expect(run.out()).toBe('All **done**.\n')
    expect(standIn.upgrades).toHaveLength(3)
    expect(standIn.log.filter(({ type }) => type === 'user_message')).toHaveLength(1)
  })

  test.each([
    ['not signed in', ['--server', 'http://127.0.0.1:9', 'x'], 3, 'codelab login --server'],
    ['a folder that is not there', ['--project', '/nowhere', 'run', 'x'], 2, '/nowhere'],
    ['plain http beyond this machine', ['--server', 'http://example.com', 'x'], 2, 'https://'],
    ['an unknown option', ['--frobnicate', 'x'], 2, '--frobnicate'],
    ['an odd way to approve', ['--approve=maybe', 'x'], 2, 'ask, never, all'],
    ['no message', [], 2, 'message'],
  ])('%s', async (_, args, code, message) => {
    const words = args[0] === '--project' ? args : ['run', ...args]
    const run = await runPlain(machine, words)
    expect(await run.code).toBe(code)
    expect(run.err()).toContain(message)
    expect(run.out()).toBe('')
  })

  test('no connection: exit code 4, with the address', async () => {
    await standIn.stop()
    const run = await runPlain(machine, ['run', 'x'])
    expect(await run.code).toBe(4)
    expect(run.err()).toContain(standIn.url)
    standIn = await startStandIn()
  })
})
