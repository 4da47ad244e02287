import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

type Manifest = { readonly name: string; readonly version: string; readonly license?: string }

/** The package's own folder of each file that was bundled. */
const packageFolders = (inputs: readonly string[]): string[] => {
  const found = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [])
  return [...new Set(found)].toSorted()
}

async function noticeFor(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const texts = await Promise.all(
    files.toSorted().map((file) => readFile(join(folder, file), 'utf8')),
  )
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`
  return [title, ...texts.map((text) => text.trim())].join('\n\n')
}

/** Names, versions and licence texts of the packages whose files are in the bundles, as their licences ask. */
export async function noticesFor(inputs: readonly string[], root: string): Promise<string> {
  const notices = await Promise.all(
    packageFolders(inputs).map((folder) => noticeFor(join(root, folder))),
  )
  const rule = `\n\n${'-'.repeat(80)}\n\n`
  return `The bundles hold code of these packages.${rule}${notices.join(rule)}\n`
}
