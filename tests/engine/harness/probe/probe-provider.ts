import { autoname } from "../../../../local/provider/autoname.ts";
import {
  PartialFailure,
  ProviderError,
  Secret,
  UNKNOWN,
  type Call,
  type DiffKind,
  type Provider,
  type Values,
} from "../../../../local/provider/provider.ts";
import { diffValues } from "../../../../local/provider/schema-diff.ts";
import { forget, note, record, recorded, released } from "./journal.ts";

/**
 * A provider whose inputs say what happens: `reject`, `fail`, `crash` and `partial` hold the message of that failure,
 * `slow` waits for the test, a changed `fixed` replaces (deleting first when the program named the thing), everything
 * else updates. `computed` is known only afterwards, `token` is secret, `echo` gives `value` back.
 */
export const probeProvider: Provider = {
  name: "probe",
  version: "1.0.0",

  async configure(config) {
    note("configure", "", { config });
  },

  async check(call, olds, news) {
    note("check", call.name, { olds, news });
    const failures =
      typeof news["reject"] === "string" ? [{ property: "value[0].x", reason: news["reject"] }] : [];
    return {
      inputs: { ...news, thing: news["thing"] ?? autoname(call, olds?.["thing"], { maxLength: 20 }) },
      failures,
    };
  },

  async diff(call, _id, oldInputs, oldOutputs, news, ignoreChanges) {
    note("diff", call.name, { oldInputs, oldOutputs, news, ignoreChanges });
    const changes = diffValues(oldInputs, news, ignoreChanges);
    const detailed = Object.entries(changes).map(([path, kind]): [string, DiffKind] => [
      path,
      path === "fixed" || path === "thing" ? `${kind}-replace` : kind,
    ]);
    return {
      detailed: Object.fromEntries(detailed),
      deleteBeforeReplace: news["named"] === true,
      stables: ["computed"],
    };
  },

  async create(call, inputs, preview) {
    note("create", call.name, { inputs, preview });
    if (preview) {
      return { id: "", outputs: { ...outputs(inputs), computed: UNKNOWN, token: UNKNOWN } };
    }
    const id = recorded(call.urn) ?? `thing-${process.pid}`;
    record(call.urn, id);
    await act(call, id, inputs);
    return { id, outputs: made(call, inputs) };
  },

  async read(call, id, inputs, outputs) {
    note("read", call.name, { id, inputs, outputs });
    if (Object.keys(inputs).length === 0) {
      const imported: Values = { value: `imported ${id}`, thing: id };
      return { id, inputs: imported, outputs: made(call, imported) };
    }
    return recorded(call.urn) === undefined ? undefined : { id, inputs, outputs };
  },

  async update(call, id, _oldInputs, _oldOutputs, news, _ignoreChanges, preview) {
    note("update", call.name, { news, preview });
    if (!preview) {
      await act(call, id, news);
    }
    return { outputs: made(call, news) };
  },

  async delete(call, id) {
    note("delete", call.name, { id });
    forget(call.urn);
  },

  async invoke(token, args) {
    note("invoke", token, { args });
    return typeof args["reject"] === "string"
      ? { outputs: {}, failures: [{ property: "reject", reason: args["reject"] }] }
      : { outputs: { ...args, secret: new Secret("from a function") }, failures: [] };
  },

  cancel() {
    note("cancel", "");
  },
};

function outputs(inputs: Values): Values {
  return { ...inputs, echo: inputs["value"] ?? null };
}

function made(call: Call, inputs: Values): Values {
  return { ...outputs(inputs), computed: `made ${call.name}`, token: new Secret(`token of ${call.name}`) };
}

async function act(call: Call, id: string, inputs: Values): Promise<void> {
  if (inputs["slow"] === true) {
    await wait(call);
  }
  if (typeof inputs["fail"] === "string") {
    throw new ProviderError("FAILED_PRECONDITION", inputs["fail"]);
  }
  if (typeof inputs["crash"] === "string") {
    throw new TypeError(inputs["crash"]);
  }
  if (typeof inputs["partial"] === "string") {
    throw new PartialFailure(id, made(call, inputs), inputs, [inputs["partial"]]);
  }
}

async function wait(call: Call): Promise<void> {
  call.progress("waiting for the test");
  note("waiting", call.name);
  while (!released()) {
    if (call.signal.aborted) {
      note("aborted", call.name);
      throw call.signal.reason;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
