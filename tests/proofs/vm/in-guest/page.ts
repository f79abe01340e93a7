// Runs in the guest on the checkout's own Node: what a browser would get at the address, as one line of JSON.
const url = process.argv[2] ?? "";
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  const body = await response.text();
  const title = /<title>([^<]*)<\/title>/.exec(body)?.[1] ?? "";
  process.stdout.write(`${JSON.stringify({ status: response.status, title, bytes: body.length })}\n`);
} catch (error) {
  const { cause, message } = error as Error;
  const why = cause instanceof Error ? cause.message : message;
  process.stdout.write(`${JSON.stringify({ status: 0, title: "", bytes: 0, why })}\n`);
}
