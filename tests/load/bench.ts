import type { Machine } from './machine.ts'

/** A measured number and, where the product promises one, its bound. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: 'µs' | 'ms' | 's' | 'KiB' | 'MiB' | 'ratio' | 'count' | 'frames/CPU-s' | '%'
  readonly atMost?: number
  readonly atLeast?: number
}

export type Surroundings = {
  /** Empty, of this bench alone, removed after it. */
  readonly folder: string
  /** Tells the person who waits what is going on. */
  readonly say: (line: string) => void
  /** What its figures depend on, as it was just before. */
  readonly machine: Machine
}

/** How a person wants it, where a bench has a choice. */
export type Wish = {
  /** A few short rounds, to try the bench itself: its figures mean nothing. */
  readonly small: boolean
  /** Write the page of the documentation anew. */
  readonly record: boolean
  /** Of the order in which sides are asked. */
  readonly seed: number
}

export type Bench = {
  readonly name: string
  readonly about: string
  /** Takes long, or installs much: not part of a run of all. */
  readonly onlyWhenNamed?: true
  readonly run: (surroundings: Surroundings & Wish) => Promise<Figure[]>
}

/** Every comparison alternates between its sides so many times, so that a busy moment of the machine meets all sides. */
export const rounds = 7

/** True when the figure keeps its bound, undefined when it has none. */
export const holds = ({ value, atMost, atLeast }: Figure): boolean | undefined =>
  atMost === undefined && atLeast === undefined
    ? undefined
    : value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity)
