import { createMachine } from "./machine.ts";
import { createSandbox } from "./testing/sandbox.ts";
import { CommandAbortedError, CommandLimitError } from "../../toolchain/command.ts";

const sandbox = createSandbox();
afterAll(() => sandbox.clear());

it("ends what runs with the region, and what nobody waits for any more, under the name that it is given", async () => {
  const machine = await createMachine(sandbox);
  const wanted = new AbortController();
  const unwanted = machine.run("sleep", ["1000"], { signal: wanted.signal, name: "pg_basebackup" });
  const left = machine.run("sleep", ["1000"]);
  const ended = Promise.allSettled([unwanted, left]);
  const late = machine.run("sleep", ["1000"], { timeoutMs: 50 });
  await expect(late).rejects.toThrow(
    new CommandLimitError("sleep", "did not end within its limit of 0.05 s"),
  );
  wanted.abort();
  await expect(unwanted).rejects.toThrow(new CommandAbortedError("pg_basebackup"));
  machine.close();
  await expect(left).rejects.toThrow(new CommandAbortedError("sleep"));
  expect((await ended).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(machine.run("true", [])).rejects.toThrow("the region is ending, nothing is run any more");
});
