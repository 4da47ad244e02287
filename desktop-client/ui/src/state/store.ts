import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { create } from 'zustand'
import { applyEvent, firstPageState, type PageState } from './page-state.ts'

/** The page's state; components take the part that they show with a selector. */
export const usePage = create<PageState>(() => firstPageState)

/** Takes what came from the engine. Frames that came together are one change, so the page is drawn once. */
export const takeEvents = (events: readonly EngineEvent[]): void =>
  usePage.setState((state) => events.reduce(applyEvent, state))

/** Changes some of the state. */
export const changePage = (change: Partial<PageState>): void => usePage.setState(change)
