import { callsIn, replyAfter, replyTo } from './conversation.ts'

const wishes: readonly (readonly [message: string, ...calls: (readonly [string, object])[]])[] = [
  ['read README.md', ['read_file', { path: 'README.md' }]],
  ['Please read README.md.', ['read_file', { path: 'README.md' }]],
  ['can you open src/a.ts?', ['read_file', { path: 'src/a.ts' }]],
  ["What's in package.json?", ['read_file', { path: 'package.json' }]],
  ['read the file Makefile', ['read_file', { path: 'Makefile' }]],
  ['read drip.txt', ['read_file', { path: 'drip.txt' }]],
  ['read lines 3-10 of a.txt', ['read_file', { path: 'a.txt', start_line: 3, end_line: 10 }]],
  ['read a.txt lines 2 to 3', ['read_file', { path: 'a.txt', start_line: 2, end_line: 3 }]],
  ['read ../secret.txt', ['read_file', { path: '../secret.txt' }]],
  ['read /etc/passwd', ['read_file', { path: '/etc/passwd' }]],
  ['read "my notes.txt"', ['read_file', { path: 'my notes.txt' }]],
  ['read a.txt and b.txt', ['read_file', { path: 'a.txt' }], ['read_file', { path: 'b.txt' }]],
  [
    'read a.txt, b.txt and list the files',
    ['read_file', { path: 'a.txt' }],
    ['read_file', { path: 'b.txt' }],
    ['list_files', {}],
  ],
  ['list the files', ['list_files', {}]],
  ['what files are there in src', ['list_files', { path: 'src' }]],
  ['list *.ts files in src', ['list_files', { path: 'src', glob: '*.ts' }]],
  ['search for foo', ['search', { pattern: 'foo' }]],
  ['search for "foo bar" in src', ['search', { pattern: 'foo bar', path: 'src' }]],
  ['show the diff', ['git_diff', {}]],
  ['show the staged diff', ['git_diff', { staged: true }]],
  ['git status', ['git_status', {}]],
  ['git log', ['git_log', {}]],
  ['show the last 5 commits', ['git_log', { limit: 5 }]],
  [
    'write hello.txt with content Hello, world and then some',
    ['write_file', { path: 'hello.txt', content: 'Hello, world and then some' }],
  ],
  [
    'write hello.txt with content "Hello" and read a.txt',
    ['write_file', { path: 'hello.txt', content: 'Hello' }],
    ['read_file', { path: 'a.txt' }],
  ],
  [
    'Create hello.py containing print("hi")',
    ['write_file', { path: 'hello.py', content: 'print("hi")' }],
  ],
  [
    'create a file a.js with the text:\n```js\nlet a = 1\n```',
    ['write_file', { path: 'a.js', content: 'let a = 1\n' }],
  ],
  ['write "hello" to notes/a.txt', ['write_file', { path: 'notes/a.txt', content: 'hello' }]],
  [
    'edit a.txt: replace X with Y',
    ['edit_file', { path: 'a.txt', edits: [{ old: 'X', new: 'Y' }] }],
  ],
  [
    'in a.txt, replace "x y" with "z"',
    ['edit_file', { path: 'a.txt', edits: [{ old: 'x y', new: 'z' }] }],
  ],
  [
    'replace foo with bar in a.txt',
    ['edit_file', { path: 'a.txt', edits: [{ old: 'foo', new: 'bar' }] }],
  ],
  ['create folder x/y', ['create_directory', { path: 'x/y' }]],
  ['move a.txt to b/c.txt', ['move_file', { path: 'a.txt', to: 'b/c.txt' }]],
  ['delete old.txt', ['delete_file', { path: 'old.txt' }]],
  ['run npm test', ['execute_command', { argv: ['npm', 'test'] }]],
  ['run `npm test`', ['execute_command', { argv: ['npm', 'test'] }]],
  [
    'run node -e "console.log(1, 2)"',
    ['execute_command', { argv: ['node', '-e', 'console.log(1, 2)'] }],
  ],
  ['прочитай a.txt и b.txt', ['read_file', { path: 'a.txt' }], ['read_file', { path: 'b.txt' }]],
  ['Что написано в a.txt?', ['read_file', { path: 'a.txt' }]],
  ['покажи список файлов', ['list_files', {}]],
  ['найди foo в src', ['search', { pattern: 'foo', path: 'src' }]],
  ['покажи изменения', ['git_diff', {}]],
  [
    'создай файл hello.txt с содержимым Привет, мир',
    ['write_file', { path: 'hello.txt', content: 'Привет, мир' }],
  ],
  [
    'замени foo на bar в a.txt',
    ['edit_file', { path: 'a.txt', edits: [{ old: 'foo', new: 'bar' }] }],
  ],
  ['создай папку x', ['create_directory', { path: 'x' }]],
  ['перемести a.txt в b.txt', ['move_file', { path: 'a.txt', to: 'b.txt' }]],
  ['Пожалуйста, удали old.txt!', ['delete_file', { path: 'old.txt' }]],
  ['запусти npm test', ['execute_command', { argv: ['npm', 'test'] }]],
  [
    'call read_file with {"path": "../x", "start_line": 2}',
    ['read_file', { path: '../x', start_line: 2 }],
  ],
  ['call no_such_tool with {}', ['no_such_tool', {}]],
  ['call an unknown tool', ['frobnicate', {}]],
  ['call the same tool for ever', ['list_files', {}]],
]

test.each(wishes.map(([message, ...calls]) => ({ message, calls })))(
  '“$message” calls its tools',
  ({ message, calls }) => {
    expect(callsIn(replyTo(message))).toEqual(calls)
  },
)

test.each([
  'hello',
  'explain recursion',
  'tell me a story about a file',
  'read me a story',
  'привет',
])('“%s” calls no tool and gets words', (message) => {
  const reply = replyTo(message)
  expect(reply.toolCalls).toEqual([])
  expect(reply.text).toContain('codelab-demo')
})

test('a tool is called by the name under which it is offered', () => {
  expect(callsIn(replyTo('show the diff', ['git.diff']))).toEqual([['git.diff', {}]])
})

test('a tool that is not offered is not called, and the answer says which it would take', () => {
  const reply = replyTo('delete old.txt', ['read_file'])
  expect(reply.toolCalls).toEqual([])
  expect(reply.text).toContain('delete_file')
})

test('a search by meaning names the places and shows the nearest', () => {
  const result = {
    note: 'Passages.',
    results: [
      { path: 'src/fees.ts', start_line: 3, end_line: 9, score: 0.9, text: 'const fee = 3' },
      { path: 'docs/a.md', start_line: 1, end_line: 2, score: 0.4, text: 'other' },
    ],
  }
  const { text } = replyAfter('find by meaning how fees are counted', [JSON.stringify(result)])
  expect(text).toContain('- src/fees.ts, lines 3-9\n- docs/a.md, lines 1-2')
  expect(text).toContain('const fee = 3')
  const ru = replyTo('найди по смыслу расчёт комиссии')
  expect(callsIn(ru)).toEqual([['search_semantic', { query: 'расчёт комиссии' }]])
})
