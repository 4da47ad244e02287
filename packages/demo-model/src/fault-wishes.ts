import type { Fault, Position } from './reply.ts'

type Groups = Readonly<Record<string, string | undefined>>
type Wish = { readonly pattern: RegExp; readonly fault: (groups: Groups) => Fault }

/** A wish stands at the beginning of a clause, so that a file may be called `drip.txt`. */
const clauseStart =
  '(?<=^\\s*|[,.;:(]\\s*|\\s(?:and|then|but|please|и|а|но|затем|потом|пожалуйста)\\s+)'
const after =
  '\\s+(?:after|после|через)\\s+(?<n>\\d+)\\s*(?<unit>tokens?|frames?|bytes?|токен\\p{L}*|кадр\\p{L}*|байт\\p{L}*)'
const fail = '(?:fail|упади|сломайся|откажи)'
const times = '(?:once|twice|\\d+\\s+times|один\\s+раз|однажды|дважды|\\d+\\s+раза?|два\\s+раза)'

const wish = (words: string, fault: Wish['fault']): Wish => ({
  pattern: new RegExp(`${clauseStart}${words}(?![\\p{L}\\p{N}_/])(?!\\.\\w)`, 'iu'),
  fault,
})
const streamWish = (words: string, kind: 'cut' | 'stall' | 'garbage' | 'error'): Wish =>
  wish(`(?:${words})${after}`, (groups) => ({ kind, after: positionOf(groups) }))

const wishes: readonly Wish[] = [
  wish(
    `${fail}\\s+(?:with|с)\\s+(?:an?\\s+|кодом\\s+|ошибкой\\s+)?(?<status>[45]\\d\\d)`,
    ({ status }) => ({ kind: 'status', status: Number(status) }),
  ),
  wish(`${fail}(?=\\s+${times})`, () => ({ kind: 'status', status: 500 })),
  streamWish(
    '(?:cut|break|оборви|прерви)(?:\\s+off)?(?:\\s+(?:the\\s+)?(?:stream|поток|ответ))?',
    'cut',
  ),
  streamWish('(?:stall|замри|застрянь)', 'stall'),
  streamWish('(?:send\\s+)?(?:garbage|rubbish|пришли\\s+мусор|мусор)', 'garbage'),
  streamWish('(?:send\\s+an?\\s+error|stream\\s+error|пришли\\s+ошибку)', 'error'),
  wish(
    '(?:hang|зависни)\\s+(?:before|до|перед)\\s+(?:the\\s+)?(?:first\\s+token|перв\\p{L}+\\s+токен\\p{L}*)',
    () => ({
      kind: 'hang',
      before: 'first_token',
    }),
  ),
  wish(
    '(?:never\\s+answer|(?:hang|зависни)\\s+(?:before|до|перед)\\s+(?:the\\s+)?(?:headers|answer|ответом|заголовк\\p{L}*))',
    () => ({
      kind: 'hang',
      before: 'headers',
    }),
  ),
  wish('(?:drop|разорви)\\s+(?:the\\s+)?(?:connection|соединение)', () => ({ kind: 'drop' })),
  wish('(?:leave\\s+out|omit|пропусти)\\s+(?:the\\s+)?(?:end\\s+mark|конечную\\s+метку)', () => ({
    kind: 'no_end_mark',
  })),
  wish('(?:drip|капай)', () => ({ kind: 'drip', bytes: 7, everyMs: 5 })),
]

const retryTail =
  /^[\s,]*\(?\s*(?:retry[ -]after|повтор\p{L}*\s+через)[:\s]+(\d+)\s*(?:s|seconds?|с|секунд\p{L}*)?\s*\)?/iu
const timesTail = new RegExp(`^[\\s,]*(${times})(?!\\p{L})`, 'iu')
const joiner =
  /^[\s,;.:]*(?:(?:and\s+then|and|then|but|а\s+потом|потом|затем|и|но)(?=\s))?\s*(?:(?:answer|ответь)(?=$|[\s.:,!]))?[\s,;.:]*/iu

/** Takes the first wish to fail out of a text, with how often and after how long to try again. */
export function readFault(text: string): { readonly text: string; readonly fault?: Fault } {
  for (const { pattern, fault } of wishes) {
    const found = pattern.exec(text)
    if (!found) continue
    const before = text.slice(0, found.index)
    const tail = readTail(text.slice(found.index + found[0].length))
    const rest = tail.text.replace(joiner, '')
    return {
      text:
        before === '' ? rest : `${before.replace(/\s*(?:and|but|и|но|[,;:])\s*$/i, '')} ${rest}`,
      fault: { ...fault(found.groups ?? {}), ...tail.wishes },
    }
  }
  return { text }
}

function readTail(text: string): {
  text: string
  wishes: { times?: number; retryAfterSeconds?: number }
} {
  const retry = retryTail.exec(text)
  const rest = text.slice(retry?.[0].length ?? 0)
  const often = timesTail.exec(rest)
  const end = rest.slice(often?.[0].length ?? 0)
  const later = retry ?? retryTail.exec(end)
  const seconds = later?.[1]
  return {
    text: later === retry ? end : end.slice(later?.[0].length),
    wishes: {
      ...(often?.[1] !== undefined && { times: countOf(often[1]) }),
      ...(seconds !== undefined && { retryAfterSeconds: Number(seconds) }),
    },
  }
}

function countOf(words: string): number {
  if (/^\d/.test(words)) return Number.parseInt(words, 10)
  return /^(?:once|один|однажды)/i.test(words) ? 1 : 2
}

function positionOf({ n, unit = '' }: Groups): Position {
  const count = Number(n)
  if (/^(?:frame|кадр)/i.test(unit)) return { frames: count }
  return /^(?:byte|байт)/i.test(unit) ? { bytes: count } : { tokens: count }
}
