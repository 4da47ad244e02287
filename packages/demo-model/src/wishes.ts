import { readFault } from './fault-wishes.ts'
import { readPace } from './pace-wishes.ts'
import { type Language, languageOf } from './language.ts'
import { hideOpenEnd } from './open-end.ts'
import { hideQuotes, mark, type Piece, showQuotes } from './quotes.ts'
import type { Fault, Pace, ToolCall } from './reply.ts'
import { readToolWish } from './tool-wishes.ts'

/** A call; `asNamed`: the person named the tool itself, so that it is called even where it is not offered. */
export type WishedCall = ToolCall & { readonly asNamed: boolean }

/** What one step of the answer is to be: calls of tools, or words. `words` is what no tool wish explains. */
export type Step = {
  readonly calls: readonly WishedCall[]
  readonly words: string
  readonly fault?: Fault
}

/** A user message understood. */
export type Wishes = {
  readonly steps: readonly Step[]
  readonly pace: Pace
  readonly language: Language
  /** Text to return exactly. */
  readonly echo?: string
  /** Say some words before calling tools. */
  readonly aloud: boolean
  /** Repeat the first step for ever. */
  readonly forEver: boolean
  readonly brokenArguments: boolean
}

/** Wishes are looked for in so many characters, quoted pieces counting as one: patterns over more could take long. */
const longestRead = 2000
const oneSpace = (space: string): string => (space.includes('\n') ? '\n' : ' ')

const echoWish = /^([\s\S]*?)(?<=^|[\s.,;])(?:echo|эхо)\s*:\s?([\s\S]*)$/i
const splitEdit = /((?:^|[\s,;])(?:in|edit|в|измени)\s+\S+?),\s+(?=(?:replace|change|замени)\s)/giu
const beforeQuote = new RegExp(`\\s+(?=${mark})`, 'gu')
const nextStep =
  /(?<!(?:once|twice|times|раза?|дважды|однажды|\))[\s,]*)[\s,;.]*(?<!\p{L})(?:and\s+then|then|after\s+that|а\s+(?:потом|затем)|потом|затем|после\s+этого)(?!\p{L})[,:]?\s+/iu
const clauseEnd = /[,;]\s+|\.\s+|\n+|\s+(?:and|и)\s+(?:also\s+|также\s+)?/iu
const aloudWish =
  /(?<!\p{L})(?:think\s+aloud|explain\s+first|думай\s+вслух|сначала\s+объясни)(?!\p{L})[\s,.:;]*(?:(?:and|then|и|затем)\s+)?/iu
const forEverWish =
  /(?<!\p{L})(?:call|use|вызывай|зови)\s+(?:the\s+)?(?:same\s+tool|один\s+и\s+тот\s+же\s+инструмент)(?:\s+(?:for\s*ever|again\s+and\s+again|бесконечно|вечно|снова\s+и\s+снова))?[\s,.:;]*/iu
const brokenWish =
  /(?<!\p{L})(?:(?:answer|call(?:\s+a\s+tool)?|ответь|вызови\s+инструмент)\s+)?(?:with|с)\s+(?:broken|invalid|bad|битыми|сломанными)\s+(?:json\s+)?(?:arguments|(?:json\s*-?)?аргументами)(?:\s+json)?[\s,.:;]*/iu

/** Reads a user message, English or Russian: what to call in which step, what to say, how fast, and how to fail. */
export function readWishes(message: string): Wishes {
  const echo = echoWish.exec(message)
  const hidden = hideOpenEnd(hideQuotes(echo?.[1] ?? message))
  const said = hidden.text.slice(0, longestRead).replace(/\s+/g, oneSpace).trim()
  const paced = readPace(said)
  const text = paced.text.replace(aloudWish, '').replace(forEverWish, '').replace(brokenWish, '')
  return {
    steps: text.split(nextStep).map((part) => readStep(part, hidden.pieces)),
    pace: paced.pace,
    language: languageOf(said),
    ...(echo && { echo: echo[2] ?? '' }),
    aloud: aloudWish.test(said),
    forEver: forEverWish.test(said),
    brokenArguments: brokenWish.test(said),
  }
}

function readStep(part: string, pieces: readonly Piece[]): Step {
  const { text, fault } = readFault(part)
  const calls: WishedCall[] = []
  const words: string[] = []
  let previous = ''
  for (const clause of text
    .replace(splitEdit, '$1 ')
    .replace(beforeQuote, ' ')
    .split(clauseEnd)
    .map((piece) => piece.trim())) {
    if (clause === '') continue
    const wish = readToolWish(clause, pieces, previous)
    if (wish) {
      calls.push(wish.call)
      previous = wish.verb
    } else words.push(showQuotes(clause, pieces, 'source'))
  }
  return { calls, words: words.join(', '), ...(fault && { fault }) }
}
