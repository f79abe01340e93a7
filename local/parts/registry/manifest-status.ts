/**
 * A program for the registry's own network: `node manifest-status.ts <URL of a manifest>` prints the HTTP status that the
 * registry answers to HEAD, 404 for an image that is not there, and the image's digest.
 */
const [, , url = ""] = process.argv;
const accept =
  "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
const { status, headers } = await fetch(url, {
  method: "HEAD",
  headers: { accept },
  signal: AbortSignal.timeout(10_000),
});
process.stdout.write(`${status} ${headers.get("docker-content-digest") ?? ""}`);
