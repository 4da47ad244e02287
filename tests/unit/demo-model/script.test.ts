import { tokensOf } from '@codelab/demo-model/tokens'
import { demoReply } from '@codelab/demo-model/script'
import { allTools, callsIn, replyAfter, replyTo, user } from './conversation.ts'

describe('words', () => {
  test.each([
    ['count to 5', ['1 ', '2 ', '3 ', '4 ', '5']],
    ['repeat 3', ['1 ', '2 ', '3']],
    ['посчитай до 2', ['1 ', '2']],
    ['repeat foo 3 times', ['foo ', 'foo ', 'foo']],
    ['count to 0', []],
    ['say nothing', []],
  ])('“%s” gives exactly its tokens', (message, tokens) => {
    expect(tokensOf(replyTo(message).text)).toEqual(tokens)
  })

  test('a count gives as many tokens as it says, also a large one', () => {
    expect(tokensOf(replyTo('count to 20000').text)).toHaveLength(20_000)
  })

  test.each(['  two  spaces\nand a "quote", then more', 'прочитай README.md', ''])(
    'echo returns %j exactly',
    (text) => {
      expect(replyTo(`echo: ${text}`)).toEqual({ text, toolCalls: [], pace: {} })
    },
  )

  test('a plain question is answered with what the model is and can do, in its language', () => {
    expect(replyTo('Who are you?').text).toMatch(/codelab-demo.*“read README\.md”/s)
    expect(replyTo('Кто ты?').text).toMatch(/codelab-demo.*«прочитай README\.md»/s)
  })

  test('the context can be asked for', () => {
    const messages = [
      { role: 'system' as const, content: 'You help.' },
      user('the very first'),
      { role: 'assistant' as const, content: 'Yes.' },
      user('describe your context'),
    ]
    const { text } = demoReply({ messages, tools: [] })
    expect(text).toContain('4 messages (system 1, user 2, assistant 1, tool 0)')
    expect(text).toContain('the very first')
  })

  test('changes of which the conversation was told can be asked for', () => {
    const messages = [
      { role: 'system' as const, content: 'File src/a.ts was modified by user' },
      user('Which files did I change?'),
    ]
    expect(demoReply({ messages, tools: allTools }).text).toContain('src/a.ts')
  })
})

describe('a turn with tools', () => {
  test('the same conversation always gives the same reply', () => {
    expect(replyAfter('read a.txt', ['text'])).toEqual(replyAfter('read a.txt', ['text']))
  })

  test('the answer quotes the beginning of what was read', () => {
    const { text, toolCalls } = replyAfter('read README.md', [
      '# Title\n\nThe secret is swordfish.\n',
    ])
    expect(toolCalls).toEqual([])
    expect(text).toContain('README.md has 3 lines')
    expect(text).toContain('The secret is swordfish.')
  })

  test('results in JSON are shown by their content', () => {
    expect(replyAfter('read a.txt', [{ content: 'one\ntwo', truncated: false }]).text).toContain(
      'one\ntwo',
    )
  })

  test('a long file is cut with a mark', () => {
    const file = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
    const { text } = replyAfter('read a.txt', [file])
    expect(text).toContain('line 7\n…')
    expect(text).not.toContain('line 8')
  })

  test('several results are all reported, in Russian when asked in Russian', () => {
    const { text } = replyAfter('прочитай a.txt и b.txt', ['раз', 'два'])
    expect(text).toMatch(/a\.txt.*раз.*b\.txt.*два/s)
    expect(text).toContain('Строк в файле')
  })

  test('“then” makes steps one after the other', () => {
    const asked = 'read a.txt, then write b.txt with content "x", then count to 3'
    expect(callsIn(replyTo(asked))).toEqual([['read_file', { path: 'a.txt' }]])
    expect(callsIn(replyAfter(asked, ['text']))).toEqual([
      ['write_file', { path: 'b.txt', content: 'x' }],
    ])
    const last = replyAfter(asked, ['text'], ['written'])
    expect(last.toolCalls).toEqual([])
    expect(last.text).toMatch(/a\.txt.*I wrote b\.txt.*1 2 3$/s)
  })

  test.each([
    [
      'an error object',
      { error: { code: 'rejected_by_user', message: 'The person rejected it: keep it' } },
    ],
    [
      'feedback beside it',
      { error: { code: 'rejected_by_user', message: 'Rejected.' }, feedback: 'keep it' },
    ],
    ['an outcome', { outcome: 'rejected', feedback: 'keep it' }],
    [
      'an error object in more words',
      {
        error: {
          code: 'rejected_by_user',
          message: 'The user rejected this call and said: keep it',
        },
      },
    ],
    ['words', 'The user rejected this call: keep it'],
  ])('a refusal told by %s is accepted with what the person said', (_, result) => {
    const reply = replyAfter('delete old.txt, then list the files', [result])
    expect(reply.toolCalls).toEqual([])
    expect(reply.text).toContain('I will not do that: delete_file (old.txt) was rejected.')
    expect(reply.text).toContain('You said: “keep it”')
  })

  test('a refusal without a reason is accepted as well', () => {
    const { text } = replyAfter('удали old.txt', [
      {
        error: {
          code: 'rejected_by_user',
          message: 'The user rejected this call. Do not repeat it.',
        },
      },
    ])
    expect(text).toBe('Хорошо, не буду: delete_file (old.txt) отклонено.')
  })

  test.each([
    { error: { code: 'file_not_found', message: 'There is no a.txt.' } },
    'Error: file_not_found: There is no a.txt.',
    'Error (file_not_found): There is no a.txt.',
  ])('a tool error is explained: %j', (result) => {
    const { text } = replyAfter('read a.txt', [result])
    expect(text).toContain('read_file (a.txt) answered with the error file_not_found')
    expect(text).toContain('There is no a.txt.')
  })

  test('a file that speaks of errors is no error', () => {
    const { text } = replyAfter('read a.txt', ['Errors are listed here.'])
    expect(text).toContain('a.txt has 1 line')
  })

  test('arguments that the person edited are acknowledged with what was really done', () => {
    const messages = [
      user('delete old.txt'),
      {
        role: 'assistant' as const,
        content: null,
        tool_calls: [
          {
            id: 'c1',
            type: 'function' as const,
            function: { name: 'delete_file', arguments: '{"path":"other.txt"}' },
          },
        ],
      },
      { role: 'tool' as const, tool_call_id: 'c1', content: 'ok' },
    ]
    const { text } = demoReply({ messages, tools: allTools })
    expect(text).toContain('You changed what I had proposed')
    expect(text).toContain('I deleted other.txt')
  })

  test('an edit told before the result is acknowledged too', () => {
    const { text } = replyAfter('delete old.txt', [
      'The user changed the arguments before approving. It was run with: {"path":"new.txt"}\n\n{"error":{"code":"file_not_found","message":"No new.txt."}}',
    ])
    expect(text).toContain('delete_file (new.txt) answered with the error file_not_found')
    const done = replyAfter('delete old.txt', [
      'The user changed the arguments before approving. It was run with: {"path":"new.txt"}\n\nok',
    ])
    expect(done.text).toMatch(/You changed.*I deleted new\.txt/)
  })

  test('arguments that come back with their keys in another order are not edited ones', () => {
    const wish = 'in a.txt replace "X" with "Y"'
    const stored = '{"edits":[{"new":"Y","old":"X"}],"path":"a.txt"}'
    expect(JSON.parse(replyTo(wish).toolCalls[0]!.arguments)).toEqual(JSON.parse(stored))
    const call = {
      id: 'c1',
      type: 'function' as const,
      function: { name: 'edit_file', arguments: stored },
    }
    const messages = [
      user(wish),
      { role: 'assistant' as const, content: null, tool_calls: [call] },
      { role: 'tool' as const, tool_call_id: 'c1', content: 'ok' },
    ]
    expect(demoReply({ messages, tools: allTools }).text).toBe('Done: I edited a.txt.')
  })

  test('arguments written differently but saying the same are not edited ones', () => {
    expect(replyAfter('delete old.txt', ['ok']).text).toBe('Done: I deleted old.txt.')
  })

  test('“the same tool for ever” goes on whatever comes back', () => {
    const asked = 'call the same tool for ever: read a.txt'
    const once = callsIn(replyTo(asked))
    expect(once).toEqual([['read_file', { path: 'a.txt' }]])
    expect(callsIn(replyAfter(asked, ['x'], [{ error: 'no' }], ['y']))).toEqual(once)
  })

  test('broken arguments are no JSON, and their error is then explained', () => {
    const [call] = replyTo('answer with broken json arguments').toolCalls
    expect(() => JSON.parse(call?.arguments ?? '')).toThrow(SyntaxError)
    const { text } = replyAfter('delete a.txt with broken arguments', [
      { error: { code: 'invalid_arguments', message: 'No JSON.' } },
    ])
    expect(text).toContain('invalid_arguments')
  })

  test('words before the calls come only when wished for', () => {
    expect(replyTo('read a.txt').text).toBe('')
    const reply = replyTo('explain first, then read a.txt')
    expect(reply.text).toBe('First I will call read_file.')
    expect(callsIn(reply)).toEqual([['read_file', { path: 'a.txt' }]])
  })

  test('a call that the request demands is made', () => {
    const demand = { messages: [user('hello')], tools: allTools }
    expect(callsIn(demoReply({ ...demand, mustCall: 'git_diff' }))).toEqual([['git_diff', {}]])
    expect(callsIn(demoReply({ ...demand, mustCall: 'any' }))).toEqual([['list_files', {}]])
  })
})
