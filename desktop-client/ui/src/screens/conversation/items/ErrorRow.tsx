import type { ErrorItem } from '@codelab/engine/conversation/state'
import { CircleAlert } from 'lucide-react'
import { Visible } from '../../../parts/Visible.tsx'
import styles from './ItemList.module.css'

/** A turn that failed: why, in the workspace's words. */
export const ErrorRow = ({ error }: { readonly error: ErrorItem }) => (
  <p role="alert" className={styles['error']}>
    <CircleAlert size={16} aria-hidden />
    <Visible text={error.message || error.code} lines />
  </p>
)
