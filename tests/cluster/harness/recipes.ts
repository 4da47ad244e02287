import { join } from 'node:path'

/** How a set of Go programs is made. What is said here, with the files of `source`, is the key of their cache folder. */
export type Recipe = {
  readonly name: string
  readonly version: string
  readonly binaries: readonly string[]
  /** Other names of the first binary. */
  readonly links?: readonly string[]
  /** A published module and the packages of it to build … */
  readonly module?: string
  readonly packages?: readonly string[]
  /** … or a folder with a main package and its own go.mod and go.sum. */
  readonly source?: string
  readonly tags?: readonly string[]
  readonly ldflags?: string
  /** Told before a build from a cold cache of Go. */
  readonly patience?: string
}

const kubernetes = '1.36.3'
const version = 'k8s.io/component-base/version'
const [major, minor] = kubernetes.split('.')
const containerd = 'github.com/containerd/containerd/v2'
const here = import.meta.dirname

/** Every Go program that a suite uses, at one exact version; Go's module proxy and checksum database serve the sources. */
export const recipes: readonly Recipe[] = [
  {
    name: 'kubernetes',
    version: kubernetes,
    binaries: ['kube'],
    links: [
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kube-proxy',
      'kubelet',
      'kubectl',
    ],
    source: join(here, 'kube'),
    ldflags: `-X ${version}.gitVersion=v${kubernetes} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    patience: 'about 5 minutes on two cores, once',
  },
  {
    name: 'containerd',
    version: '2.2.9',
    binaries: ['containerd', 'ctr', 'containerd-shim-runc-v2'],
    module: containerd,
    packages: ['cmd/containerd', 'cmd/ctr', 'cmd/containerd-shim-runc-v2'],
    tags: ['no_btrfs', 'no_zfs', 'no_devmapper'],
    patience: 'about a minute on two cores, once',
  },
  {
    name: 'coredns',
    version: '1.14.7',
    binaries: ['coredns'],
    module: 'github.com/coredns/coredns',
    packages: ['.'],
    patience: 'about 2 minutes on two cores, once',
  },
  {
    name: 'helm',
    version: '4.3.1',
    binaries: ['helm'],
    module: 'helm.sh/helm/v4',
    packages: ['cmd/helm'],
    patience: 'about 2 minutes on two cores, once',
  },
  {
    name: 'kubeconform',
    version: '0.8.0',
    binaries: ['kubeconform'],
    module: 'github.com/yannh/kubeconform',
    packages: ['cmd/kubeconform'],
  },
  {
    name: 'kube-score',
    version: '1.20.0',
    binaries: ['kube-score'],
    module: 'github.com/zegl/kube-score',
    packages: ['cmd/kube-score'],
  },
  {
    name: 'pause',
    version: '1',
    binaries: ['pause'],
    source: join(here, '..', 'images', 'pause'),
  },
  {
    name: 'evaluate',
    version: '1',
    binaries: ['evaluate'],
    source: join(here, '..', '..', 'tiltfile', 'evaluate'),
  },
  {
    name: 'bench-model',
    version: '1',
    binaries: ['bench-model'],
    source: join(here, '..', '..', 'load', 'peers', 'model'),
  },
  {
    name: 'bench-load',
    version: '1',
    binaries: ['bench-load'],
    source: join(here, '..', '..', 'load', 'peers', 'load'),
  },
  {
    name: 'bench-agent',
    version: '1',
    binaries: ['bench-agent'],
    source: join(here, '..', '..', 'load', 'relay', 'agent'),
  },
  {
    name: 'bench-sockets',
    version: '1',
    binaries: ['bench-sockets'],
    source: join(here, '..', '..', 'load', 'relay', 'load'),
  },
]
