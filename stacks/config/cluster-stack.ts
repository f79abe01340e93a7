/** Names that programs and commands share. Without imports: commands load it, and the Pulumi SDK takes long to load. */

/** An environment's name: at most 12 of a-z and 0-9, a letter first. */
export const ENVIRONMENT = /^[a-z][a-z0-9]{0,11}$/;

/** Name of the stack that holds what lives inside an environment's Kubernetes cluster and outlives its releases. */
export const clusterStackName = (environment: string): string => `${environment}-cluster`;

/**
 * Output of the platforms that made their Kubernetes objects themselves. `make move-stacks` takes it away when the objects
 * are in the cluster's stack: an update that meets it would delete the namespace and all pods.
 */
export const UNMOVED_OUTPUT = "namespace";
