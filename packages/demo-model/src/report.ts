import { isDeepStrictEqual } from 'node:util'
import type { PastCall } from './chat.ts'
import { asRun } from './edited-call.ts'
import type { Language } from './language.ts'
import { outcomeOf } from './outcome.ts'
import { quote } from './quote.ts'
import type { ToolCall } from './reply.ts'

type Arguments = Readonly<Record<string, unknown>>
type Say = (args: Arguments, text: string) => string

const string = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
const command = ({ argv }: Arguments): string =>
  Array.isArray(argv) ? argv.map(string).join(' ') : string(argv)

type Place = { path: string; start_line: number; end_line: number; text: string }

/** Where passages stand, and the first of them. */
function places(text: string, lines: string): string {
  const found = (parsedOr(text) as { results?: Place[] } | undefined)?.results
  const first = found?.[0]
  if (!found || !first) return quote(text, 20)
  const list = found.map(
    ({ path, start_line: from, end_line: to }) => `- ${path}, ${lines} ${from}-${to}`,
  )
  return `${list.join('\n')}\n\n${quote(first.text)}`
}

const english: Readonly<Record<string, Say>> = {
  read_file: ({ path }, text) =>
    `${string(path)} has ${count(linesIn(text), 'line')}. It begins:\n\n${quote(text)}`,
  list_files: ({ path }, text) =>
    `The files in ${path === undefined ? 'the project' : string(path)}:\n\n${quote(text, 40)}`,
  search_semantic: ({ query }, text) =>
    `The nearest to “${string(query)}”:\n\n${places(text, 'lines')}`,
  search: ({ pattern }, text) => `What I found for “${string(pattern)}”:\n\n${quote(text, 20)}`,
  git_diff: (_, text) =>
    text.trim() === '' ? 'Nothing has changed.' : `The changes:\n\n${quote(text, 40, 'diff')}`,
  git_status: (_, text) =>
    text.trim() === '' ? 'Nothing has changed.' : `The state of the project:\n\n${quote(text, 40)}`,
  git_log: (_, text) => `The latest commits:\n\n${quote(text, 20)}`,
  write_file: ({ path }) => `Done: I wrote ${string(path)}.`,
  edit_file: ({ path }) => `Done: I edited ${string(path)}.`,
  create_directory: ({ path }) => `Done: I created the folder ${string(path)}.`,
  move_file: ({ path, to }) => `Done: I moved ${string(path)} to ${string(to)}.`,
  delete_file: ({ path }) => `Done: I deleted ${string(path)}.`,
  execute_command: (args, text) => `I ran \`${command(args)}\`. Its output:\n\n${quote(text, 20)}`,
}

const russian: Readonly<Record<string, Say>> = {
  read_file: ({ path }, text) =>
    `Строк в файле ${string(path)}: ${linesIn(text)}. Начало:\n\n${quote(text)}`,
  list_files: ({ path }, text) =>
    `Файлы ${path === undefined ? 'проекта' : `в ${string(path)}`}:\n\n${quote(text, 40)}`,
  search_semantic: ({ query }, text) =>
    `Ближе всего к «${string(query)}»:\n\n${places(text, 'строки')}`,
  search: ({ pattern }, text) =>
    `Вот что нашлось по запросу «${string(pattern)}»:\n\n${quote(text, 20)}`,
  git_diff: (_, text) =>
    text.trim() === '' ? 'Изменений нет.' : `Изменения:\n\n${quote(text, 40, 'diff')}`,
  git_status: (_, text) =>
    text.trim() === '' ? 'Изменений нет.' : `Состояние проекта:\n\n${quote(text, 40)}`,
  git_log: (_, text) => `Последние коммиты:\n\n${quote(text, 20)}`,
  write_file: ({ path }) => `Готово: файл ${string(path)} записан.`,
  edit_file: ({ path }) => `Готово: файл ${string(path)} изменён.`,
  create_directory: ({ path }) => `Готово: папка ${string(path)} создана.`,
  move_file: ({ path, to }) => `Готово: ${string(path)} перемещён в ${string(to)}.`,
  delete_file: ({ path }) => `Готово: файл ${string(path)} удалён.`,
  execute_command: (args, text) =>
    `Команда \`${command(args)}\` выполнена. Вывод:\n\n${quote(text, 20)}`,
}

/** Tells what came of one call. `asked` is the call as the model made it: the person may have edited it since. */
export function reportOn(past: PastCall, asked: ToolCall | undefined, language: Language): string {
  const call = asRun(past)
  const name = call.name.replaceAll('.', '_')
  const outcome = outcomeOf(call)
  const args = isArguments(outcome.ranWith) ? outcome.ranWith : argumentsOf(call.arguments)
  const subject = subjectOf(args)
  if (outcome.kind === 'rejected') return rejected(name, subject, outcome.feedback, language)
  if (outcome.kind === 'failed') return failed(name, subject, outcome, language)
  const say = (language === 'ru' ? russian : english)[name]
  const told = say?.(args, outcome.text) ?? `${name}:\n\n${quote(outcome.text, 20)}`
  return wasEdited(args, asked) ? `${editedBy[language]} ${told}` : told
}

/** True when a person's refusal or a failure means that later steps make no sense. */
export const endsTheTurn = (call: PastCall): boolean => outcomeOf(asRun(call)).kind !== 'done'

const editedBy = {
  en: 'You changed what I had proposed, so I say what was really done.',
  ru: 'Вы изменили моё предложение, поэтому говорю, что сделано на самом деле.',
}

function rejected(name: string, subject: string, feedback: string | undefined, language: Language) {
  const because =
    feedback === undefined
      ? ''
      : language === 'ru'
        ? ` Вы сказали: «${feedback}»`
        : ` You said: “${feedback}”`
  return language === 'ru'
    ? `Хорошо, не буду: ${name}${subject} отклонено.${because}`
    : `All right, I will not do that: ${name}${subject} was rejected.${because}`
}

function failed(
  name: string,
  subject: string,
  failure: { code: string; message: string },
  language: Language,
) {
  return language === 'ru'
    ? `Не получилось: ${name}${subject} ответил ошибкой ${failure.code}. ${failure.message}`
    : `That did not work: ${name}${subject} answered with the error ${failure.code}. ${failure.message}`
}

const subjectOf = (args: Arguments): string => {
  const subject =
    args['path'] ??
    args['pattern'] ??
    args['query'] ??
    (args['argv'] === undefined ? undefined : command(args))
  return subject === undefined ? '' : ` (${string(subject)})`
}

/** Hosts tell of edited arguments in the call itself or in words before its result. */
const wasEdited = (args: Arguments, asked: ToolCall | undefined): boolean =>
  asked !== undefined && !isDeepStrictEqual(argumentsOf(asked.arguments), args)

const isArguments = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null

function argumentsOf(text: string): Arguments {
  const value = parsedOr(text)
  return isArguments(value) ? value : {}
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const linesIn = (text: string): number =>
  text === '' ? 0 : text.replace(/\n$/, '').split('\n').length

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
