import { useLayoutEffect } from 'react'
import { create } from 'zustand'
import type { Command } from './command.ts'
import { canonicalKeys } from './keys.ts'

/** Commands of the parts that are on the page now. */
export const useCommandList = create<readonly Command[]>(() => [])

/**
 * Offers commands for as long as the calling part is on the page: as soon as a person can see it, its keys do what it shows. Give the
 * same array while nothing changes.
 */
export function useCommands(commands: readonly Command[]): void {
  useLayoutEffect(() => {
    useCommandList.setState((all) => [...all, ...commands], true)
    return () =>
      useCommandList.setState((all) => all.filter((each) => !commands.includes(each)), true)
  }, [commands])
}

/** The keys of a command: those that the person chose, else its own; an empty choice is none. */
export function keysOf(
  { id, keys }: Command,
  chosen: Readonly<Record<string, string>>,
): string | undefined {
  const wanted = chosen[id] ?? keys
  return wanted === '' ? undefined : wanted
}

/** The latest command that answers to these keys. */
export const commandFor = (
  commands: readonly Command[],
  pressed: string,
  { chosen, mac }: { chosen: Readonly<Record<string, string>>; mac: boolean },
): Command | undefined =>
  commands.findLast((command) => {
    const keys = keysOf(command, chosen)
    return keys !== undefined && canonicalKeys(keys, mac) === pressed
  })

/** Carries out a command by its name, if a part that has it is on the page. */
export const runCommand = (id: string): void =>
  useCommandList
    .getState()
    .findLast((command) => command.id === id)
    ?.run()
