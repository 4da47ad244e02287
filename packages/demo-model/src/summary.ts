import { textOf, type ModelRequest } from './chat.ts'

/** How the agent begins when it wants older messages summarised. */
const task = /^You write the notes\b/
const mostRequests = 10
const longest = 60

type Line = { notes?: unknown; person?: unknown }

/** The notes that stand for older messages, when the request asks for them: what the person asked for, each in a few words. */
export function summaryOf({ messages }: ModelRequest): string | undefined {
  const isAsked = messages.some(
    ({ role, content }) =>
      (role === 'system' || role === 'developer') && task.test(textOf(content)),
  )
  if (!isAsked) return undefined
  const lines = textOf(messages.at(-1)?.content).split('\n').flatMap(read)
  const earlier = lines.flatMap(({ notes }) => (typeof notes === 'string' ? itemsOf(notes) : []))
  const asked = lines.flatMap(({ person }) => (typeof person === 'string' ? [brief(person)] : []))
  return [
    'Notes of the demo model. The person said:',
    ...[...earlier, ...asked].slice(-mostRequests),
  ].join('\n')
}

function read(line: string): Line[] {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? [value] : []
  } catch {
    return []
  }
}

const itemsOf = (notes: string): string[] =>
  notes.split('\n').filter((line) => line.startsWith('- '))

function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return `- ${line.length > longest ? `${line.slice(0, longest)}…` : line}`.toWellFormed()
}
