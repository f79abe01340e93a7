/** What the webhook tells pods, and the agent of each node answers to. */

/** Of the tokens that the webhook gives to pods. */
export const AUDIENCE = "pods.eks.amazonaws.com";
/** Where pods ask for credentials: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
export const AGENT_ADDRESS = "169.254.170.23";
export const CREDENTIALS_PATH = "/v1/credentials";
