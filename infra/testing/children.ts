import * as pulumi from "@pulumi/pulumi";

/** A resource that a component made. */
export interface Child {
  readonly type: string;
  /** As the engine gets them: resolved, secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: pulumi.CustomResourceOptions;
}

/** Outputs that a mocked resource adds to its inputs, by type token. */
export type MockOutputs = (
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/**
 * Records what components make, without an engine. Pass `options` to the component: its children inherit the
 * transformation that records them, and `all` waits for each one's URN, so that no child is missed.
 */
export class Children {
  readonly #made: { readonly key: string; readonly resource: pulumi.Resource; readonly options: object }[] =
    [];
  readonly #inputs = new Map<string, Readonly<Record<string, unknown>>>();

  /** Outputs: the inputs, `arn` `arn:<name>`, and what `outputs` adds. `calls` answers functions by token. */
  constructor(outputs: MockOutputs = () => ({}), calls: Readonly<Record<string, unknown>> = {}) {
    void pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          const given = inputs as Record<string, unknown>;
          this.#inputs.set(keyOf(type, name), given);
          return {
            id: `${name}-id`,
            state: { arn: `arn:${name}`, name, ...given, ...outputs(type, name, given) },
          };
        },
        call: ({ token }) => {
          const answer = calls[token];
          if (answer === undefined) throw new Error(`unexpected call of ${token}`);
          return answer as Record<string, unknown>;
        },
      },
      "twinstack",
      "test",
    );
  }

  get options(): pulumi.ComponentResourceOptions {
    return {
      transformations: [
        ({ resource, type, name, opts }) => {
          this.#made.push({ key: keyOf(type, name), resource, options: opts });
          return undefined;
        },
      ],
    };
  }

  /** Every resource by `<type token> <name>`, components included, once all are registered. */
  async all(): Promise<Readonly<Record<string, Child>>> {
    await Promise.all(this.#made.map(({ resource }) => value(resource.urn)));
    // The outputs of components are told after their URNs are known; the next test's mocks do not know them.
    await pulumi.runtime.disconnect();
    return Object.fromEntries(
      this.#made.map(({ key, options }) => [
        key,
        { type: key.split(" ")[0] ?? "", inputs: this.#inputs.get(key) ?? {}, options },
      ]),
    );
  }
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}

/** The value of an output. */
export function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
