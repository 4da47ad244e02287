import { Component, type ReactNode } from 'react'

type Props = { readonly instead: ReactNode; readonly children: ReactNode }

/** Shows something else where drawing fails: what breaks a renderer must not take the whole page with it. */
export class Boundary extends Component<Props, { readonly broken: boolean }> {
  override readonly state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    return this.state.broken ? this.props.instead : this.props.children
  }
}
