import { endPods } from "./end-pods.ts";

describe("endPods", () => {
  async function commands(namespaces: string): Promise<readonly string[]> {
    const ran: string[] = [];
    await endPods((...args) => {
      ran.push(args.filter((arg) => !arg.startsWith("--output=")).join(" "));
      return Promise.resolve(args[0] === "get" ? namespaces : "");
    });
    return ran;
  }
  const list = "get deployments,statefulsets --all-namespaces";
  const end = "delete pods --all --all-namespaces --grace-period=0 --force --wait=false";

  it("scales each namespace to nothing once, and only then ends the pods", async () => {
    expect(await commands("twinstack\ntwinstack\nother\n")).toEqual([
      list,
      "scale deployments,statefulsets --all --replicas=0 --namespace=twinstack",
      "scale deployments,statefulsets --all --replicas=0 --namespace=other",
      end,
    ]);
  });

  it("ends pods that no controller makes", async () => {
    expect(await commands("")).toEqual([list, end]);
  });

  it("ends none when their controllers could not be told: they would make new ones", async () => {
    const ran: string[] = [];
    const kubectl = async (...args: readonly string[]): Promise<string> => {
      ran.push(args[0] ?? "");
      if (args[0] === "scale") throw new Error("the server has asked to wait");
      return Promise.resolve("twinstack\n");
    };
    await expect(endPods(kubectl)).rejects.toThrow("the server has asked to wait");
    expect(ran).toEqual(["get", "scale"]);
  });
});
