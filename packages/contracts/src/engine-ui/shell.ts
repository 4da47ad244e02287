import { z } from 'zod'
import { Notification } from './application.ts'

/**
 * What passes between the native window and the engine that it started: lines on the engine's standard output and input.
 * The end of the input ends the engine.
 */

/** The first line the engine prints: where to go, once and within a minute. Also the answer to `entry`. */
export const addressLine = (url: string): string => `ENGINE_URL ${url}`

/** Pixels, independent of the screen's scale. */
export const WindowState = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(320).max(16_384),
  height: z.number().int().min(240).max(16_384),
  maximized: z.boolean().default(false),
})
export type WindowState = z.infer<typeof WindowState>

/** One entry of the native menu. */
export const MenuEntry = z.object({
  /** A command of the page (`project.open`), or one of the window's own (`window.quit`). */
  command: z.string(),
  label: z.string(),
  /** `Mod+Shift+P`, as in the settings. */
  keys: z.string().optional(),
})
export type MenuEntry = z.infer<typeof MenuEntry>

export const Menu = z.object({
  title: z.string(),
  /** A line is drawn between groups. */
  groups: z.array(z.array(MenuEntry)),
})
export type Menu = z.infer<typeof Menu>

/** All other lines that the engine prints: `ENGINE_EVENT ` and this as JSON. */
export const shellEventPrefix = 'ENGINE_EVENT '
export const ShellEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notification'), notification: Notification }),
  /** Where the window was when it was closed last; before the first address line, if known. */
  z.object({ type: z.literal('window'), window: WindowState }),
  /** How many calls wait: for a badge. */
  z.object({ type: z.literal('waiting'), count: z.number().int() }),
  /** The whole menu: before the first address line, and again when the language or the keys differ. */
  z.object({ type: z.literal('menu'), menus: z.array(Menu) }),
])
export type ShellEvent = z.infer<typeof ShellEvent>

/** A line that the shell writes: one JSON object. */
export const ShellCommand = z.discriminatedUnion('type', [
  /** Remember where the window is. */
  z.object({ type: z.literal('window'), window: WindowState }),
  /** Show a folder or a file's folder: an argument, a dropped folder, a second start. */
  z.object({ type: z.literal('open'), path: z.string().min(1).max(4096) }),
  /** A `codelab://` link: `codelab://session/ID`, `codelab://open?folder=PATH`. */
  z.object({ type: z.literal('link'), url: z.string().min(1).max(8192) }),
  /** An entry of the menu was chosen: the page carries it out. */
  z.object({ type: z.literal('command'), command: z.string().regex(/^[a-z][a-z0-9_.-]{0,63}$/) }),
  /** A new address for a window whose cookie is gone. */
  z.object({ type: z.literal('entry') }),
])
export type ShellCommand = z.infer<typeof ShellCommand>
