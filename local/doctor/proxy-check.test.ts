import { proxiesOf, withoutProxies } from "../proxy.ts";
import { proxyCheck, shapeOf } from "./proxy-check.ts";

describe("proxyCheck", () => {
  it("names every variable in either case, and no password", () => {
    const environment = {
      https_proxy: "http://anna:s3cret@proxy.example:3128",
      ALL_PROXY: "socks5://proxy.example:1080",
      http_proxy: "",
      no_proxy: "a",
      PATH: "/bin",
    };
    expect(proxyCheck(environment)).toEqual({
      name: "proxy",
      state: "ok",
      found:
        "https_proxy is http://proxy.example:3128 (user or password not shown), ALL_PROXY is socks5://proxy.example:1080: downloads use it, loopback does not",
      fix: "",
    });
    expect(proxyCheck({ no_proxy: "a" }).found).toBe("none is set");
  });

  it.each([
    ["proxy.example:3128", "http://proxy.example:3128"],
    ["anna:s3cret@proxy.example:3128", "http://proxy.example:3128 (user or password not shown)"],
    ["http://s3cret@proxy.example", "http://proxy.example (user or password not shown)"],
    ["http://anna:s3cret@[::1", "a value that is no URL"],
    ["http://anna:12/34@proxy.example", "a value that is no URL"],
    ["http://anna:12?34@proxy.example", "a value that is no URL"],
    ["http://anna:s3@cret@proxy.example:3128", "http://proxy.example:3128 (user or password not shown)"],
    ["s3 cret", "a value that is no URL"],
  ])("never shows a secret of %s", (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });
});

describe("an environment without proxies", () => {
  it("keeps everything else", () => {
    const environment = { Https_Proxy: "x", GRPC_PROXY: "y", no_proxy: "z", PATH: "/bin" };
    expect(withoutProxies(environment)).toEqual({ no_proxy: "z", PATH: "/bin" });
    expect(proxiesOf(environment).map(([name]) => name)).toEqual(["Https_Proxy", "GRPC_PROXY"]);
  });
});
