import { openLink } from '@codelab/contracts/engine-ui/application'
import { memo, useMemo, type AnchorHTMLAttributes, type ImgHTMLAttributes } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import rehypeHighlight from 'rehype-highlight'
import remarkGfm from 'remark-gfm'
import { call } from '../../../engine/call.ts'
import { CodeBlock } from './CodeBlock.tsx'
import { markdownBlocks } from './markdown-blocks.ts'
import styles from './Markdown.module.css'

/** A link of the model's leads out only by a person's click, through the engine, to the system's browser. */
function Link({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a
      href={href}
      title={href}
      rel="noreferrer"
      onClick={(event) => {
        event.preventDefault()
        if (href) void call(openLink, { body: { url: href } })
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
const rehype = [rehypeHighlight]

/** One block; the same text is drawn once. */
const Block = memo(function Block({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown remarkPlugins={remark} rehypePlugins={rehype} components={components}>
      {text}
    </ReactMarkdown>
  )
})

/** A model's text. HTML in it is shown as text: react-markdown makes none of it. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const blocks = useMemo(() => markdownBlocks(text), [text])
  return (
    <div className={styles['markdown']}>
      {blocks.map((block, index) => (
        <Block key={index} text={block} />
      ))}
    </div>
  )
})
