import { openLink } from '@codelab/contracts/engine-ui/application'
import { memo, useMemo, useState, type AnchorHTMLAttributes, type ImgHTMLAttributes } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeHighlight from 'rehype-highlight'
import remarkGfm from 'remark-gfm'
import { call } from '../../../engine/call.ts'
import { Boundary } from '../../../parts/Boundary.tsx'
import { Button } from '../../../parts/Button.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { attempt, tell } from '../../../state/store.ts'
import { CodeBlock } from './CodeBlock.tsx'
import { markdownBlocks } from './markdown-blocks.ts'
import { drawingOf } from './markdown-limits.ts'
import styles from './Markdown.module.css'
import { visibleControls } from './visible-controls.ts'

/** Characters of a message that are drawn with each asking: more would stop the page. */
const portion = 50_000

/** Where there is no browser to ask, the address is shown. */
async function follow(url: string, otherwise: string): Promise<void> {
  const { opened } = await call(openLink, { body: { url } })
  if (!opened) tell({ text: otherwise })
}

/** A link of the model's leads out only by a person's click, through the engine, to the system's browser. */
function Link({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  const texts = useTexts().conversation
  // An address that is no link of the web was taken away.
  if (!href) return <span>{children}</span>
  return (
    <a
      href={href}
      title={href}
      rel="noreferrer"
      onClick={(event) => {
        event.preventDefault()
        attempt(follow(href, texts.notOpened(href)))
      }}
    >
      {children}
    </a>
  )
}

/** Nothing of a model's text is fetched: an image is named and not shown. */
const Image = ({ alt, src }: ImgHTMLAttributes<HTMLImageElement>) => (
  <span
    className={styles['image']}
  >{`[${alt || 'image'}: ${typeof src === 'string' ? src : ''}]`}</span>
)

const components: Components = {
  a: Link,
  img: Image,
  pre: CodeBlock,
}
const remark = [remarkGfm]
// Made once: it learns its languages when it is made, which takes longer than to draw a block.
const highlight = rehypeHighlight()
const rehype = { marked: [() => highlight], uncoloured: [] }

/** One block; the same text is drawn once. One that would stop Markdown's readers stands as it was written. */
const Block = memo(function Block({ text }: { readonly text: string }) {
  const plain = <p className={styles['plain']}>{text}</p>
  const drawing = drawingOf(text)
  if (drawing === 'plain') return plain
  return (
    <Boundary instead={plain}>
      <ReactMarkdown remarkPlugins={remark} rehypePlugins={rehype[drawing]} components={components}>
        {text}
      </ReactMarkdown>
    </Boundary>
  )
})

/** A model's text. HTML in it is shown as text: react-markdown makes none of it. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const texts = useTexts().common
  const [most, setMost] = useState(portion)
  const shown = text.slice(0, most)
  const blocks = useMemo(() => markdownBlocks(visibleControls(shown)), [shown])
  return (
    <div className={styles['markdown']}>
      {blocks.map((block, index) => (
        <Block key={index} text={block} />
      ))}
      {text.length > most && (
        <Button onClick={() => setMost(most + portion)}>
          {texts.showMore(text.length - most)}
        </Button>
      )}
    </div>
  )
})
