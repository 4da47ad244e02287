/** The folder that a `codelab://open?folder=…` asks for; undefined for every other link. */
export function folderOfLink(link: string | undefined): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== 'codelab:' || url.host !== 'open') return undefined
  return url.searchParams.get('folder') || undefined
}
