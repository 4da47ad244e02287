import { stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from './exec.ts'
import { type Program, startProgram, untilReady } from './program.ts'
import { programFolder } from './programs.ts'
import type { Sandbox } from './sandbox.ts'

const socket = '/run/containerd/containerd.sock'
/** Where the kubelet finds the container runtime. */
export const runtimeEndpoint = `unix://${socket}`

const overlayFs = 0x794c7630

/** In a container the state lies on an overlay already, and overlays do not stack: whole copies of the layers then. */
const snapshotterFor = async (folder: string) =>
  (await statfs(folder)).type === overlayFs ? 'native' : 'overlayfs'

const settings = (folder: string, snapshotter: string) => `version = 3
root = "${folder}/containerd"
state = "/run/containerd"
[grpc]
  address = "${socket}"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "${snapshotter}"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "localhost/pause:1"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true # machines without CAP_SYS_RESOURCE: runc ends with "can't get final child's PID"
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/usr/lib/cni"]
  conf_dir = "${folder}/cni"
`

const podNetwork = (folder: string) => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: join(folder, 'addresses'),
        ranges: [[{ subnet: '10.244.0.0/24' }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
})

export type Runtime = {
  readonly program: Program
  /** Makes images of docker-archive files known to the node, under the names they were saved with. */
  importImages(archives: readonly string[]): Promise<void>
}

/** Starts containerd inside the sandbox; `folder` has its `cni` folder already. */
export async function startRuntime(folder: string, sandbox: Sandbox): Promise<Runtime> {
  const bin = await programFolder('containerd')
  const snapshotter = await snapshotterFor(folder)
  await writeFile(join(folder, 'containerd.toml'), settings(folder, snapshotter))
  await writeFile(join(folder, 'cni', '10-pods.conflist'), JSON.stringify(podNetwork(folder)))
  const program = startProgram({
    name: 'containerd',
    command: join(bin, 'containerd'),
    args: ['--config', join(folder, 'containerd.toml')],
    logFile: join(folder, 'containerd.log'),
    enter: sandbox.enter,
    env: { PATH: `${bin}:${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  await untilReady(program, () =>
    stat(sandbox.pathInside(socket)).then(
      () => true,
      () => false,
    ),
  )
  const ctr = [...sandbox.enter, join(bin, 'ctr'), '--address', socket, '--namespace', 'k8s.io']
  const how = ['images', 'import', '--local', '--snapshotter', snapshotter]
  const [command, ...args] = [...ctr, ...how]
  return {
    program,
    async importImages(archives) {
      for (const archive of archives)
        await exec(command!, [...args, archive], { withinMs: 600_000 })
    },
  }
}
