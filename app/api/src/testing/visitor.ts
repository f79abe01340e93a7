/** A browser's side of the API: keeps cookies and sends JSON. */
export class TestVisitor {
  readonly cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends, and keeps the cookies that come back. */
  async fetch(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(this.cookies.size === 0
          ? {}
          : { Cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  async send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) {
    const response = await this.fetch(method, path, body, headers);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as never };
  }

  get = (path: string) => this.send("GET", path);
  put = (path: string, body: unknown) => this.send("PUT", path, body);
  post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>) =>
    this.send("POST", path, body, headers);
}
