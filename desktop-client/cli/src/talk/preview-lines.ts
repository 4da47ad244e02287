import type { Preview, Thing } from '@codelab/engine/workspace/preview/preview'
import { unifiedDiff } from '../terminal/diff.ts'
import type { Style } from '../terminal/style.ts'
import { visibleLine } from '../terminal/visible.ts'
import type { Texts } from '../texts/en.ts'

type PreviewOf<Kind extends Preview['kind']> = Extract<Preview, { kind: Kind }>

function thingText({ approve: say }: Texts, thing: Thing): string {
  switch (thing.kind) {
    case 'absent':
      return say.thing.absent
    case 'file':
      return say.thing.file(thing.size)
    case 'folder':
      return say.thing.folder(thing.entries)
    case 'link':
      return say.thing.link(visibleLine(thing.target))
    case 'special':
      return say.thing.special
  }
}

function textChange(style: Style, texts: Texts, preview: PreviewOf<'text_change'>): string[] {
  const { path, before, after } = preview
  const say = texts.approve
  const old = before.kind === 'text' ? before.text : undefined
  const replaced =
    before.kind === 'binary' || before.kind === 'large'
      ? [style.red(say.replaces(say.thing.file(before.size)))]
      : []
  const difference = unifiedDiff(style, visibleLine(path), old, after).trimEnd()
  const created = before.kind === 'absent' ? [style.dim(say.newFile)] : []
  return [...created, ...replaced, difference === '' && old === after ? say.noChange : difference]
}

/** What is at the other end already is replaced: never in passing. */
const inTheWay = (style: Style, texts: Texts, existing: Thing): string[] =>
  existing.kind === 'absent' ? [] : [style.red(texts.approve.existing(thingText(texts, existing)))]

function sandboxLine(
  style: Style,
  { approve: say }: Texts,
  sandbox: PreviewOf<'command'>['sandbox'],
): string {
  if (sandbox.kind === 'bubblewrap') return style.dim(say.sandboxed(sandbox.network))
  const reason = visibleLine(sandbox.reason)
  return style.yellow(sandbox.refused ? say.sandboxMissing(reason) : say.notSandboxed(reason))
}

function bodyOf(style: Style, texts: Texts, preview: Preview): string[] {
  switch (preview.kind) {
    case 'text_change':
      return textChange(style, texts, preview)
    case 'new_folder':
      return inTheWay(style, texts, preview.existing)
    case 'move':
      return [thingText(texts, preview.moved), ...inTheWay(style, texts, preview.existing)]
    case 'deletion':
      return [thingText(texts, preview.deleted)]
    case 'command':
      return [
        style.dim(texts.approve.commandAt(visibleLine(preview.cwd), preview.timeoutSeconds)),
        sandboxLine(style, texts, preview.sandbox),
      ]
  }
}

/** What the project folder says about a call: the difference, what is there now, and what deserves a second look. */
export const previewLines = (style: Style, texts: Texts, preview: Preview): string[] => [
  ...bodyOf(style, texts, preview),
  ...preview.warnings.map(({ code, message }) =>
    style.red(`! ${texts.approve.warnings[code] ?? visibleLine(message)}`),
  ),
]
