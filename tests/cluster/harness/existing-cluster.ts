/** Whether the suite runs on a cluster of the person's own. CI never does: what it shows must not depend on a machine's settings. */
export const usesOwnCluster = (env: NodeJS.ProcessEnv = process.env): boolean =>
  Boolean(env['KUBECONFIG']) && !env['CI']
