import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How an image is made. */
export type Image = {
  readonly name: string
  /** All for the same content; none for an image that others only begin with. */
  readonly tags: readonly string[]
  readonly dockerfile: string
  /** The stage of the Dockerfile; absent: its last. */
  readonly target?: string
  /** The images that it begins with, by the argument of the Dockerfile that names each. */
  readonly from: Readonly<Record<string, Image>>
  /** Other arguments of the Dockerfile. */
  readonly args: Readonly<Record<string, string>>
  /** Files and folders that the image is made of; with the Dockerfile they are its key. */
  readonly inputs: readonly string[]
  /** What decides too and is no file of the repository: versions. */
  readonly facts: readonly string[]
  /** Puts into the folder what the Dockerfile copies. */
  readonly prepare: (context: string) => Promise<void>
}

type Given = Pick<Image, 'name'> & Partial<Image>

/** An image whose files are in the folder of its name beside this one, tagged `1` unless it says otherwise. */
export const imageOf = ({ name, ...given }: Given): Image => ({
  name,
  tags: ['1'],
  dockerfile: inFolder(name, 'Dockerfile'),
  from: {},
  args: {},
  inputs: [],
  facts: [],
  prepare: async () => undefined,
  ...given,
})

/** A file of an image's own folder. */
export const inFolder = (image: string, file: string): string =>
  join(import.meta.dirname, image, file)

/** The version that a `package.json` gives. */
export const versionIn = async (manifest: string): Promise<string> =>
  (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version

/** An image of its Dockerfile and one file that is put beside it. */
export const copyInto = (context: string, file: string, name: string): Promise<void> =>
  copyFile(file, join(context, name))
