import type { CompletionRequest } from '@codelab/contracts/agent-llm'
import { repeated, type Invariant } from './invariant.ts'

export const positionsAreGapFree: Invariant = {
  says: 'The context holds every position from 1 to the session’s last exactly once, and no message twice.',
  broken({ messages, head }) {
    const wrong = messages.findIndex(({ position }, at) => position !== at + 1)
    return [
      ...(wrong < 0 ? [] : [`at place ${wrong + 1} stands position ${messages[wrong]!.position}`]),
      ...(messages.length === head.last_position
        ? []
        : [`${messages.length} messages, the session counts ${head.last_position}`]),
      ...repeated(messages.map(({ id }) => id)).map((id) => `message ${id} is there twice`),
    ]
  },
}

export const everyCallIsAnsweredOnce: Invariant = {
  says: 'In the context every call that is over has one answer, after the message that asked; a call that is open has none.',
  broken({ messages, calls }) {
    const asked = messages.flatMap(({ tool_calls, position }) =>
      (tool_calls ?? []).map(({ call_id }) => ({ call_id, position })),
    )
    const open = new Set(calls.filter(({ state }) => state !== 'resolved').map((c) => c.call_id))
    const orphans = messages.filter(
      ({ role, call_id }) => role === 'tool' && !asked.some((call) => call.call_id === call_id),
    )
    return [
      ...orphans.map(({ call_id }) => `the answer of ${call_id} belongs to no call`),
      ...asked.flatMap(({ call_id, position }) => {
        const answers = messages.filter(
          (message) => message.role === 'tool' && message.call_id === call_id,
        )
        const wanted = open.has(call_id) ? 0 : 1
        return [
          ...(answers.length === wanted
            ? []
            : [`call ${call_id} has ${answers.length} answers in the context, not ${wanted}`]),
          ...(answers.every((answer) => answer.position > position)
            ? []
            : [`call ${call_id} is answered before it is asked`]),
        ]
      }),
    ]
  },
}

const idsOf = ({ messages }: CompletionRequest) => ({
  asked: messages.flatMap((message) =>
    message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [],
  ),
  answered: messages.flatMap((message) => (message.role === 'tool' ? [message.tool_call_id] : [])),
})

export const modelSeesPairs: Invariant = {
  says: 'Whatever the model is asked holds every call with its answer, once.',
  broken: ({ requests }) =>
    requests.flatMap((request, at) => {
      const { asked, answered } = idsOf(request)
      const same = asked.toSorted().join() === answered.toSorted().join()
      return [
        ...(same ? [] : [`request ${at + 1}: calls ${asked.join()}, answers ${answered.join()}`]),
        ...repeated(answered).map((id) => `request ${at + 1} answers ${id} twice`),
      ]
    }),
}

export const usageIsCountedOnce: Invariant = {
  says: 'A step’s tokens are counted at most once, and the session’s sums are those of its steps.',
  broken({ usage, head }) {
    const sum = (field: 'input_tokens' | 'output_tokens') =>
      usage.reduce((total, row) => total + row[field], 0)
    return [
      ...repeated(usage.map(({ turn_id, step }) => `${turn_id} step ${step}`)).map(
        (step) => `${step} is counted twice`,
      ),
      ...(['input_tokens', 'output_tokens'] as const).flatMap((field) =>
        sum(field) === head[field]
          ? []
          : [`${field}: the steps have ${sum(field)}, the session ${head[field]}`],
      ),
    ]
  },
}
