import * as kubernetes from "@pulumi/kubernetes";
import { Children } from "../testing/children.ts";
import { AssetsAccount } from "./assets-account.ts";

it("is a service account by its constant name, without a token for the Kubernetes API", async () => {
  const children = new Children();
  const provider = new kubernetes.Provider("cluster", { kubeconfig: "{}" });
  new AssetsAccount("assets-uploader", { namespace: "quiz", provider }, children.options);
  const all = await children.all();
  expect(Object.keys(all).sort()).toEqual([
    "kubernetes:core/v1:ServiceAccount assets-uploader",
    "twinstack:service:AssetsAccount assets-uploader",
  ]);
  expect(all["kubernetes:core/v1:ServiceAccount assets-uploader"]?.inputs).toMatchObject({
    metadata: { name: "assets-uploader", namespace: "quiz" },
    automountServiceAccountToken: false,
  });
});
