/** A browser as far as the pages need one: cookies by path, redirects one at a time, forms. */
export type Page = { status: number; url: string; headers: Headers; text: string }

type Cookie = { name: string; value: string; path: string }

const matches = (path: string, cookie: Cookie) =>
  path === cookie.path ||
  path.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)

export function createBrowser({ language = 'en' } = {}) {
  let cookies: Cookie[] = []

  const remember = (response: Response) => {
    for (const header of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = header.split(/; */)
      const [name, value]: [string, string] = [
        pair.slice(0, pair.indexOf('=')),
        pair.slice(pair.indexOf('=') + 1),
      ]
      const path = attributes.find((entry) => /^path=/i.test(entry))?.slice(5) ?? '/'
      const gone =
        value === '' || attributes.some((entry) => /^expires=thu, 01 jan 1970/i.test(entry))
      cookies = cookies.filter((cookie) => !(cookie.name === name && cookie.path === path))
      if (!gone) cookies.push({ name, value, path })
    }
  }

  const once = async (
    url: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Page> => {
    const { pathname } = new URL(url)
    const cookie = cookies
      .filter((entry) => matches(pathname, entry))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', 'accept-language': language, cookie, ...init.headers },
    })
    remember(response)
    return { status: response.status, url, headers: response.headers, text: await response.text() }
  }

  /** Follows redirects as long as they stay on this origin; the last answer is then the redirect that leaves it. */
  const follow = async (page: Page): Promise<Page> => {
    const location = page.headers.get('location')
    if (page.status < 300 || page.status > 399 || !location) return page
    const next = new URL(location, page.url)
    return next.origin === new URL(page.url).origin ? follow(await once(next.href)) : page
  }

  return {
    cookies: () => cookies,
    once,
    open: async (url: string) => follow(await once(url)),
    /** Sends the page's form with the fields given; hidden ones come from the page. */
    submit: async (
      page: Page,
      fields: Record<string, string>,
      headers: Record<string, string> = {},
    ) => {
      const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1]
      if (!action) throw new Error(`there is no form on ${page.url}`)
      const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
      const body = new URLSearchParams({
        ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
        ...fields,
      })
      return follow(await once(new URL(action, page.url).href, { method: 'POST', body, headers }))
    },
  }
}
