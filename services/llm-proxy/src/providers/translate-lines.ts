import { deliverFirst } from './deliver-first.ts'
import type { ProviderPart } from './provider.ts'
import type { Translator } from './flow.ts'
import { type EventReader, largestEvent, readTail } from './translate-events.ts'
import { VendorFailure } from './vendor-failure.ts'

/** A translator of JSON lines. */
export const translateLines = (
  provider: string,
  reader: EventReader,
): Translator<ProviderPart[]> => {
  const decoder = new TextDecoder()
  let rest = ''
  let parts: ProviderPart[] = []

  const read = (lines: string[]): void => {
    for (const line of lines) {
      if (line.trim() !== '' && !reader.hasEnded()) reader.read(line, (part) => parts.push(part))
    }
  }
  const take = (): ProviderPart[] | undefined => {
    const batch = parts
    parts = []
    return batch.length > 0 ? batch : undefined
  }
  const readChunk = (chunk: Buffer): void => {
    const lines = decoder.decode(chunk, { stream: true }).split('\n')
    lines[0] = rest + lines[0]
    rest = lines.pop() ?? ''
    if (rest.length > largestEvent) {
      throw new VendorFailure('broken', `The model provider "${provider}" sent an endless line`)
    }
    read(lines)
  }

  return {
    ...deliverFirst(readChunk, take),
    finish() {
      readTail(() => read([rest]))
      return take()
    },
    hasStarted: reader.hasStarted,
    hasEnded: reader.hasEnded,
  }
}
