const defaultDimensions = 256

/** A unit vector of the text's words and letter triples: equal texts give equal vectors, similar ones near ones. */
export function embed(text: string, dimensions: number = defaultDimensions): number[] {
  const vector = new Float32Array(dimensions)
  for (const feature of featuresOf(text)) {
    const hash = fnv1a(feature)
    const place = hash % dimensions
    vector[place] = (vector[place] ?? 0) + (hash & 0x80000000 ? -1 : 1)
  }
  const length = Math.hypot(...vector)
  if (length === 0) vector[0] = 1
  return Array.from(vector, (value) => (length === 0 ? value : value / length))
}

/** The vector as OpenAI's `encoding_format: base64`: little-endian 32-bit floats. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4))
  return bytes.toString('base64')
}

function featuresOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
  return words.flatMap((word) => {
    const letters = Array.from(` ${word} `)
    return [word, ...letters.slice(2).map((_, index) => letters.slice(index, index + 3).join(''))]
  })
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
