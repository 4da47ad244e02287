import { type ModelRequest, type PastCall, type Turn, turnOf } from './chat.ts'
import { announcement, countTo, introduction, notOffered, plainText } from './plain.ts'
import { textReply, type Reply, type ToolCall } from './reply.ts'
import { endsTheTurn, reportOn } from './report.ts'
import { summaryOf } from './summary.ts'
import { readWishes, type Step, type WishedCall, type Wishes } from './wishes.ts'

/** Enough words for a fault in the middle of a stream to have a middle. */
const fillerTokens = 40

type Scene = {
  readonly request: ModelRequest
  readonly turn: Turn
  readonly wishes: Wishes
}

/**
 * The demo model: a pure function from a conversation to the next reply.
 * Each step of an answer is found again from the newest user message and from what has happened since.
 */
export function demoReply(request: ModelRequest): Reply {
  const summary = summaryOf(request)
  if (summary !== undefined) return textReply(summary)
  const turn = turnOf(request.messages)
  const wishes = readWishes(turn.asked)
  return { ...nextReply({ request, turn, wishes }), pace: wishes.pace }
}

function nextReply(scene: Scene): Reply {
  const { wishes, turn, request } = scene
  const { language } = wishes
  const step = stepAt(wishes, turn.steps.length)
  if (wishes.echo !== undefined) return saying(wishes.echo, step)
  const isOver = turn.steps.at(-1)?.some(endsTheTurn) && !wishes.forEver
  if (isOver) return saying(reports(scene).join('\n\n'), undefined)

  const calls = callsOf(scene, step)
  if (calls.length === 0) return saying(closing(scene, step), step)
  const missing = calls.filter((call) => nameIn(request, call) === undefined)
  if (missing.length > 0) {
    return saying(
      notOffered(
        missing.map(({ name }) => name),
        language,
      ),
      step,
    )
  }
  const toolCalls = calls.map((call): ToolCall => ({
    name: nameIn(request, call) ?? call.name,
    arguments: wishes.brokenArguments ? call.arguments.slice(0, -2) : call.arguments,
  }))
  const text = wishes.aloud
    ? announcement(
        toolCalls.map(({ name }) => name),
        language,
      )
    : ''
  return { ...saying(text, step), toolCalls }
}

const saying = (text: string, step: Step | undefined): Reply => ({
  text,
  toolCalls: [],
  ...(step?.fault && { fault: step.fault }),
})

const stepAt = (wishes: Wishes, index: number): Step | undefined =>
  wishes.steps[wishes.forEver ? 0 : index]

/** The calls a step asks for; some wishes need a call without saying which. */
function callsOf({ request, wishes, turn }: Scene, step: Step | undefined): readonly WishedCall[] {
  if (step && step.calls.length > 0) return step.calls
  if (wishes.forEver) return [wished(anyTool(request), {})]
  if (turn.steps.length > 0) return []
  if (wishes.brokenArguments) return [wished('read_file', { path: 'README.md' })]
  if (request.mustCall === undefined) return []
  return [wished(request.mustCall === 'any' ? anyTool(request) : request.mustCall, {})]
}

const wished = (name: string, args: object): WishedCall => ({
  name,
  arguments: JSON.stringify(args),
  asNamed: false,
})

const anyTool = ({ tools }: ModelRequest): string =>
  tools.find((name) => name === 'list_files') ?? tools[0] ?? 'list_files'

/** The name under which the request offers the tool. A tool called by its name is called, offered or not. */
const nameIn = ({ tools }: ModelRequest, { name, asNamed }: WishedCall): string | undefined =>
  tools.find((offered) => plainName(offered) === plainName(name)) ?? (asNamed ? name : undefined)

const plainName = (name: string): string => name.replaceAll('.', '_')

/** What came of the calls so far, then the words that the step asks for. */
function closing(scene: Scene, step: Step | undefined): string {
  const { request, wishes } = scene
  const { language } = wishes
  const told = reports(scene)
  const words = step && plainText(step.words, request.messages, language)
  if (words !== undefined) return [...told, words].join('\n\n')
  if (told.length > 0) return told.join('\n\n')
  return step?.fault && 'after' in step.fault ? countTo(fillerTokens) : introduction[language]
}

function reports({ turn, wishes }: Scene): string[] {
  return turn.steps.flatMap((calls, index) =>
    calls.map((call, at) => reportOn(call, askedFor(wishes, index, at, call), wishes.language)),
  )
}

/** The call as it was proposed, when it can still be told from the message. */
function askedFor(wishes: Wishes, step: number, at: number, call: PastCall): ToolCall | undefined {
  const asked = wishes.brokenArguments ? undefined : stepAt(wishes, step)?.calls[at]
  return asked && plainName(asked.name) === plainName(call.name) ? asked : undefined
}
