import { mark, type Piece, showQuotes } from './quotes.ts'
import { splitCommand } from './split-command.ts'

/** A call that a clause asks for. `verb` begins the next clause when that one has none: `read a.txt and b.txt`. */
export type ToolWish = {
  readonly call: { readonly name: string; readonly arguments: string; readonly asNamed: boolean }
  readonly verb: string
}

type Groups = Readonly<Record<string, string>>
type Pattern = {
  readonly tool: string
  readonly pattern: RegExp
  readonly arguments: (groups: Groups, show: (text: string) => string) => Record<string, unknown>
}

const path = (group = 'path') => `(?<${group}>${mark}|[^\\s,;:]*[^\\s,;:.!?])`
/** Without the word `file` before it, only what looks like a path is one: a dot, a slash, or a well-known name. */
const named = `(?:(?:the\\s+|a\\s+|new\\s+|новый\\s+)*(?:file|файл\\p{L}*)\\s+${path('named')}|(?:the\\s+)?(?<path>${mark}|[^\\s,;:]*[./][^\\s,;:]*[^\\s,;:.!?]|README|LICENSE|NOTICE|Makefile|Dockerfile))`
const anyText = (group: string) => `(?<${group}>${mark}|\\S.*?)`
const folder =
  '(?:(?:the\\s+|a\\s+|new\\s+|новую\\s+|новый\\s+)*(?:folder|directory|dir|папк\\p{L}+|каталог\\p{L}*|директори\\p{L}+)\\s*)'
const inPath = `(?:\\s+(?:in|inside|under|of|from|в|внутри|из)\\s+${folder}?${path()})?`
const content =
  '(?:with\\s+(?:the\\s+)?(?:contents?|text)|containing|with|с\\s+(?:содержимым|содержанием|текстом))'

const clause = (words: string): RegExp =>
  new RegExp(
    `^(?:please\\s+|can\\s+you\\s+|could\\s+you\\s+|now\\s+|also\\s+|пожалуйста,?\\s+|теперь\\s+|ещё\\s+)*${words}(?:\\s+(?:please|пожалуйста))?\\s*[.!?]*$`,
    'iu',
  )

const target = (groups: Groups) => groups['named'] ?? groups['path']
const optionalPath = ({ path: value }: Groups) => (value === undefined ? {} : { path: value })
const optionalLimit = ({ limit }: Groups) => (limit === undefined ? {} : { limit: Number(limit) })
const lines = ({ from, to }: Groups) =>
  from === undefined ? {} : { start_line: Number(from), end_line: Number(to ?? from) }
const lineRange = '(?:lines?|строк\\p{L}*)\\s+(?<from>\\d+)(?:\\s*(?:-|–|to|до|по)\\s*(?<to>\\d+))?'
const replaced = `(?:replace|change|замени)\\s+${anyText('old')}\\s+(?:with|to|by|на)\\s+${anyText('new')}`
const edits = (groups: Groups) => ({
  path: target(groups),
  edits: [{ old: groups['old'], new: groups['new'] }],
})

const patterns: readonly Pattern[] = [
  {
    tool: 'execute_command',
    pattern: clause(
      `(?:run|execute|запусти|выполни)\\s+(?:(?:the\\s+)?(?:command|команду)\\s+)?(?<command>\\S.*?)(?:\\s+(?:in|в)\\s+${folder}${path('cwd')})?`,
    ),
    arguments: ({ command = '', rawCommand = '', cwd }, show) => ({
      // A command quoted as a whole is split as it stands; quoted words inside one stay whole.
      argv: rawCommand.length === 1 ? splitCommand(command) : splitCommand(rawCommand).map(show),
      ...(cwd !== undefined && { cwd }),
    }),
  },
  {
    tool: 'git_diff',
    pattern: clause(
      `(?:(?:show|покажи)\\s+)?(?:me\\s+)?(?:the\\s+)?(?<staged>staged\\s+)?(?:git\\s+)?(?:diff|дифф?|изменения)(?:\\s+(?:of|for|в)\\s+${path()})?`,
    ),
    arguments: (groups) => ({
      ...optionalPath(groups),
      ...(groups['staged'] !== undefined && { staged: true }),
    }),
  },
  {
    tool: 'git_status',
    pattern: clause(
      '(?:(?:show|покажи)\\s+)?(?:me\\s+)?(?:the\\s+)?(?:git\\s+)?(?:status|статус)(?:\\s+git)?',
    ),
    arguments: () => ({}),
  },
  {
    tool: 'git_log',
    pattern: clause(
      '(?:(?:show|покажи)\\s+)?(?:me\\s+)?(?:the\\s+)?(?:(?:last|latest|последние)\\s+(?<limit>\\d+)?\\s*)?(?:git\\s+)?(?:log|commits|git\\s+history|коммиты|лог|журнал)',
    ),
    arguments: optionalLimit,
  },
  {
    tool: 'edit_file',
    pattern: clause(`(?:edit|change|in|измени|в)\\s+${named}\\s*[:,]?\\s*${replaced}`),
    arguments: edits,
  },
  { tool: 'edit_file', pattern: clause(`${replaced}\\s+(?:in|в)\\s+${named}`), arguments: edits },
  {
    tool: 'create_directory',
    pattern: clause(`(?:create|make|mkdir|создай)\\s+${folder}${path()}`),
    arguments: optionalPath,
  },
  { tool: 'create_directory', pattern: clause(`mkdir\\s+${path()}`), arguments: optionalPath },
  {
    tool: 'write_file',
    pattern: clause(
      `(?:write|create|make|save|создай|запиши|напиши|сохрани)\\s+(?:to\\s+|в\\s+)?${named}(?:\\s*[:,]?\\s*${content}\\s*:?\\s*${anyText('content')})?`,
    ),
    arguments: (groups) => ({ path: target(groups), content: groups['content'] ?? defaultContent }),
  },
  {
    tool: 'write_file',
    pattern: clause(
      `(?:write|put|save|запиши|напиши|сохрани)\\s+${anyText('content')}\\s+(?:in|into|to|в)\\s+${named}`,
    ),
    arguments: (groups) => ({ path: target(groups), content: groups['content'] }),
  },
  {
    tool: 'move_file',
    pattern: clause(
      `(?:move|rename|mv|перемести|переименуй)\\s+${folder}?(?:(?:the\\s+)?(?:file|файл)\\s+)?${path()}\\s+(?:to|into|as|в|на)\\s+${path('to')}`,
    ),
    arguments: ({ path: from, to }) => ({ path: from, to }),
  },
  {
    tool: 'delete_file',
    pattern: clause(
      `(?:delete|remove|rm|erase|удали|сотри)\\s+(?:(?:the\\s+)?(?:file|файл)\\s+)?${path()}`,
    ),
    arguments: optionalPath,
  },
  {
    tool: 'list_files',
    pattern: clause(
      `(?:(?:list|show|give|ls|what|which|покажи|перечисли|выведи|какие|дай)\\s+)(?:me\\s+|are\\s+)?(?:all\\s+|все\\s+)?(?:the\\s+)?(?:list\\s+of\\s+|список\\s+)?(?:project\\s+)?(?<glob>\\S*\\*\\S*)?\\s*(?:files|файл\\p{L}*)(?:\\s+are)?(?:\\s+(?:there|есть))?${inPath}`,
    ),
    arguments: ({ path: below, glob }) => ({
      ...(below !== undefined &&
        !/^(?:project|this|here|проект\p{L}*)$/iu.test(below) && { path: below }),
      ...(glob !== undefined && { glob }),
    }),
  },
  { tool: 'list_files', pattern: clause('(?:ls|список\\s+файлов)'), arguments: () => ({}) },
  {
    tool: 'search_semantic',
    pattern: clause(
      `(?:search|find|look|поищи|найди|ищи)\\s+(?:by\\s+meaning|по\\s+смыслу)\\s*:?\\s*(?:for\\s+)?${anyText('query')}`,
    ),
    arguments: ({ query }) => ({ query }),
  },
  {
    tool: 'search',
    pattern: clause(
      `(?:search|find|grep|look\\s+for|поищи|найди|ищи)\\s+(?:(?:the\\s+)?(?:project|code|проект\\p{L}*|код\\p{L}*)\\s+)?(?:for\\s+)?(?<regex>(?:the\\s+)?(?:regex|regular\\s+expression|регулярку)\\s+)?${anyText('pattern')}${inPath}`,
    ),
    arguments: (groups) => ({
      pattern: groups['pattern'],
      ...(groups['path'] !== undefined &&
        !/^(?:project|this|here|code|проект\p{L}*)$/iu.test(groups['path']) &&
        optionalPath(groups)),
      ...(groups['regex'] !== undefined && { regex: true }),
    }),
  },
  {
    tool: 'read_file',
    pattern: clause(
      `(?:read|open|show|view|cat|print|display|summari[sz]e|explain|прочитай|прочти|открой|покажи|выведи)\\s+(?:me\\s+)?(?:${lineRange}\\s+(?:of|from|из|в)\\s+)?${named}`,
    ),
    arguments: (groups) => ({ path: target(groups), ...lines(groups) }),
  },
  {
    tool: 'read_file',
    pattern: clause(
      `(?:read|open|show|view|прочитай|покажи)\\s+(?:me\\s+)?${named}\\s*,?\\s*${lineRange}`,
    ),
    arguments: (groups) => ({ path: target(groups), ...lines(groups) }),
  },
  {
    tool: 'read_file',
    pattern: clause(`(?:what(?:'s|\\s+is)\\s+in|что\\s+(?:написано\\s+)?в)\\s+${named}`),
    arguments: (groups) => ({ path: target(groups) }),
  },
]

const defaultContent = 'Written by codelab-demo, the scripted demo model.\n'
const unknownTool =
  /^(?:call|вызови)\s+(?:an?\s+)?(?:unknown\s+tool|tool\s+that\s+does\s+not\s+exist|неизвестный\s+инструмент)[.!]*$/i
const anyTool =
  /^(?:call|use|вызови)\s+(?:the\s+)?(?:tool\s+|инструмент\s+)?(?<tool>[\w.-]+)(?:\s+(?:with|с)\s+(?<json>.+?))?[.!]*$/i

/** The call a clause asks for, if it asks for one; quoted pieces are still hidden in it. */
export function readToolWish(
  clauseText: string,
  pieces: readonly Piece[],
  previous: string,
): ToolWish | undefined {
  if (unknownTool.test(clauseText)) return calledByName('frobnicate', '{}')
  const direct = anyTool.exec(clauseText)?.groups
  if (direct?.['tool']) {
    return calledByName(direct['tool'], showQuotes(direct['json'] ?? '{}', pieces))
  }
  const show = (text: string) => showQuotes(text, pieces)
  for (const text of previous === '' ? [clauseText] : [clauseText, `${previous} ${clauseText}`]) {
    for (const { tool, pattern, arguments: build } of patterns) {
      const found = pattern.exec(text)
      if (!found) continue
      const groups = found.groups ?? {}
      const given = { ...shown(groups, show), rawCommand: groups['command'] ?? '' }
      return wishOf(tool, build(given, show), text.split(/\s/, 1)[0] ?? '')
    }
  }
  return undefined
}

const wishOf = (name: string, args: object, verb: string): ToolWish => ({
  call: { name, arguments: JSON.stringify(args), asNamed: false },
  verb,
})

const calledByName = (name: string, text: string): ToolWish => ({
  call: { name, arguments: text, asNamed: true },
  verb: '',
})

const shown = (
  groups: Record<string, string | undefined>,
  show: (text: string) => string,
): Groups =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, show(value)]],
    ),
  )
