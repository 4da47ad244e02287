import type { Reply } from '@codelab/demo-model/reply'
import { breaks, fails, says } from '../../support/vendors/replies.ts'

export type Storm = {
  readonly name: string
  /** What the vendor does with its nth call of the storm. */
  readonly reply: (nth: number) => Reply
  /** False for a vendor that answers now and then: its breaker has no reason to open. */
  readonly opens: boolean
}

const errors = [500, 502, 503, 529]
const text = 'a text that is never heard to its end, however long one waits for it'
const hang = says(text, { fault: { kind: 'hang', before: 'headers' } })
const drip = says(text, { fault: { kind: 'drip', bytes: 1, everyMs: 100 } })
const cut = breaks('cut', { tokens: 3 }, text)
const tooMany = fails(429, { retryAfterSeconds: 1 })
const failing = (nth: number): Reply => fails(errors[nth % errors.length]!)

const all = [failing, () => tooMany, () => hang, () => drip, () => cut]

/** The ways in which a provider fails, in turn, all of them at once, and a third of the time. */
export const storms: readonly Storm[] = [
  { name: '5xx', reply: failing, opens: true },
  { name: '429', reply: () => tooMany, opens: true },
  { name: 'hang', reply: () => hang, opens: true },
  { name: 'slow drip', reply: () => drip, opens: true },
  { name: 'cut stream', reply: () => cut, opens: true },
  { name: 'mixed', reply: (nth) => all[nth % all.length]!(nth), opens: true },
  {
    name: 'every third fails',
    reply: (nth) => (nth % 3 === 0 ? failing(nth) : well),
    opens: false,
  },
]

/** As a model answers that is well: slower than any proxy, so that what a proxy adds shows. */
export const well: Reply = says('one two three four five six seven eight nine ten', {
  pace: { firstTokenAfterMs: 250, tokensPerSecond: 50 },
})
