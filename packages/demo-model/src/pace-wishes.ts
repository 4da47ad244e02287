import type { Pace } from './reply.ts'

const joiner = '[,.:;]?\\s*(?:(?:and|then|и|затем)\\s+)?'
const perSecond = '(?:\\/\\s*s(?:ec)?|(?:per|a)\\s+second|\\/\\s*с(?:ек)?|в\\s+секунду)'
const speed = new RegExp(
  `\\s*(?<!\\p{L})(?:at|with|со\\s+скоростью|по)\\s+(\\d+(?:\\.\\d+)?)\\s*(?:tokens?|токен\\p{L}*)\\s*${perSecond}(?!\\p{L})`,
  'iu',
)
const slowly = new RegExp(
  `(?<!\\p{L})(?:think\\s+(?:very\\s+)?slowly|(?:по)?думай\\s+(?:очень\\s+)?медленно|не\\s+спеша)(?!\\p{L})${joiner}`,
  'iu',
)
const waiting = new RegExp(
  `(?<!\\p{L})(?:wait|think)\\s+for\\s+(\\d+(?:\\.\\d+)?)\\s*(ms|s|seconds?)(?!\\p{L})${joiner}|(?<!\\p{L})(?:подожди|думай)\\s+(\\d+(?:\\.\\d+)?)\\s*(мс|с|секунд\\p{L}*)(?!\\p{L})${joiner}`,
  'iu',
)

/** Slow enough to see the thinking and each word come. */
const slowPace = { firstTokenAfterMs: 2000, tokensPerSecond: 4 }

/** Takes wishes about pace out of a text: `at 50 tokens/s`, `think slowly`, `wait for 300 ms`. */
export function readPace(text: string): { readonly text: string; readonly pace: Pace } {
  const perSecondWished = speed.exec(text)?.[1]
  const wait = waiting.exec(text)
  return {
    text: text.replace(speed, '').replace(waiting, '').replace(slowly, ''),
    pace: {
      ...(slowly.test(text) && slowPace),
      ...(wait && { firstTokenAfterMs: milliseconds(wait) }),
      ...(perSecondWished !== undefined && { tokensPerSecond: Number(perSecondWished) }),
    },
  }
}

const milliseconds = ([, amount, unit, russianAmount, russianUnit]: RegExpExecArray): number =>
  Number(amount ?? russianAmount) * (/^(?:ms|мс)$/i.test(unit ?? russianUnit ?? '') ? 1 : 1000)
