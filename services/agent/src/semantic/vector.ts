/**
 * Vectors as they are kept: one signed byte a dimension, the largest at 127. Only the direction counts for nearness, and a
 * quarter of the bytes of 32-bit floats is read at each search.
 */
export type PackedVector = Int8Array

/** Packs a model's vector. */
export function packVector(vector: readonly number[]): PackedVector {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return Int8Array.from(vector, (value) =>
    largest === 0 ? 0 : Math.round((value / largest) * 127),
  )
}

/** The bytes as numbers, without a copy. */
export const unpackVector = (bytes: Uint8Array): PackedVector =>
  new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The cosine of the angle between two vectors of one model, -1 to 1; 0 when one of them points nowhere. */
export function cosine(a: PackedVector, b: PackedVector): number {
  let product = 0
  let aSquares = 0
  let bSquares = 0
  for (let at = 0; at < a.length; at += 1) {
    const one = a[at]!
    const other = b[at]!
    product += one * other
    aSquares += one * one
    bSquares += other * other
  }
  return aSquares === 0 || bSquares === 0 ? 0 : product / Math.sqrt(aSquares * bSquares)
}
