import type { ProviderPart } from './provider.ts'
import type { Translator } from './read-parts.ts'
import { type EventReader, largestEvent } from './translate-events.ts'
import { VendorFailure } from './vendor-failure.ts'

/** A translator of JSON lines. */
export const translateLines = (
  provider: string,
  reader: EventReader,
): Translator<ProviderPart[]> => {
  const decoder = new TextDecoder()
  let rest = ''

  const read = (lines: string[]): ProviderPart[] | undefined => {
    const parts: ProviderPart[] = []
    for (const line of lines) {
      if (line.trim() !== '' && !reader.ended) reader.read(line, (part) => parts.push(part))
    }
    return parts.length > 0 ? parts : undefined
  }

  return {
    feed(chunk) {
      const lines = decoder.decode(chunk, { stream: true }).split('\n')
      lines[0] = rest + lines[0]
      rest = lines.pop() ?? ''
      if (rest.length > largestEvent) {
        throw new VendorFailure('broken', `The model provider "${provider}" sent an endless line`)
      }
      return read(lines)
    },
    finish: () => read([rest]),
    get started() {
      return reader.started
    },
    get ended() {
      return reader.ended
    },
  }
}
