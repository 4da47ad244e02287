import type { Dialect, Frame, Outgoing } from '@codelab/demo-model/dialect'
import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import { callId, dataFrame } from '@codelab/demo-model/openai-frames'
import { type StandIn, type StandInOptions, startStandIn } from '../../support/vendors/stand-in.ts'

const pieceCharacters = 32 * 1024

const piecesOf = (text: string): string[] => {
  const pieces: string[] = []
  for (let from = 0; from < text.length; from += pieceCharacters)
    pieces.push(text.slice(from, from + pieceCharacters))
  return pieces
}

function pieceFrames({ id, model, created, reply }: Outgoing): Frame[] {
  const chunk = (delta: object): Frame => ({
    kind: 'token',
    data: dataFrame({
      id: `chatcmpl-${id}`,
      object: 'chat.completion.chunk',
      created: Math.floor(created.getTime() / 1000),
      model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    }),
  })
  return [
    ...piecesOf(reply.text).map((content) => chunk({ content })),
    ...reply.toolCalls.flatMap(({ name, arguments: args }, index) => {
      const [first = '', ...rest] = piecesOf(args)
      const begin = { index, id: callId(id, index), type: 'function' }
      return [
        chunk({ tool_calls: [{ ...begin, function: { name, arguments: first } }] }),
        ...rest.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
      ]
    }),
  ]
}

/** OpenAI's stream in pieces of 32 KiB: a reply of megabytes is over in a moment. */
const largePieces: Dialect = (() => {
  const usual = openaiDialect(['gpt-4o'], 'openai')
  return {
    ...usual,
    frames: (outgoing) => {
      const around = usual.frames(outgoing).filter(({ kind }) => kind !== 'token')
      const after = around.findIndex(({ kind }) => kind === 'close')
      return [...around.slice(0, after), ...pieceFrames(outgoing), ...around.slice(after)]
    },
  }
})()

export const startLargeVendor = (options: StandInOptions): Promise<StandIn> =>
  startStandIn(largePieces, options)
