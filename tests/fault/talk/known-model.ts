import { turnOf } from '@codelab/demo-model/chat'
import { startModelServer, type ModelServer } from '@codelab/demo-model/model-server'
import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import { textReply, type Reply } from '@codelab/demo-model/reply'

/** What a message asks the model for. The message says all of it, so whoever knows the message knows the answer. */
export type Wish = {
  /** Of this message alone: every word of the answer begins with it. */
  readonly name: string
  readonly words: number
  readonly perSecond: number
  /** Calls of `read_file` before the answer, one in each step. */
  readonly tools?: number
}

export const messageOf = (wish: Wish): string => JSON.stringify(wish)

/** The answer to a wish. No word is said twice, in this conversation or in another. */
export const answerTo = ({ name, words }: Wish): string =>
  Array.from({ length: words }, (_, at) => `${name}.${at}`).join(' ')

/** The file that the wish's n-th call reads. */
export const fileOf = ({ name }: Wish, at: number): string => `${name}-${at}.txt`

const wishIn = (message: string): Wish | undefined => {
  try {
    return JSON.parse(message) as Wish
  } catch {
    return undefined
  }
}

function replyTo(asked: string, stepsSoFar: number): Reply {
  const wish = wishIn(asked)
  if (!wish) return textReply('A summary of what was said.')
  if (stepsSoFar < (wish.tools ?? 0)) {
    const args = JSON.stringify({ path: fileOf(wish, stepsSoFar) })
    return { text: '', toolCalls: [{ name: 'read_file', arguments: args }] }
  }
  return { ...textReply(answerTo(wish)), pace: { tokensPerSecond: wish.perSecond } }
}

/** A model, in OpenAI's wire format, whose every word is known beforehand. */
export const startKnownModel = (): Promise<ModelServer> =>
  startModelServer({
    host: '127.0.0.1',
    port: 0,
    dialect: openaiDialect(['codelab-demo'], 'codelab'),
    pace: { firstTokenAfterMs: 0, tokensPerSecond: 0 },
    answer: ({ request }) => {
      const { asked, steps } = turnOf(request.messages)
      return replyTo(asked, steps.length)
    },
  })
