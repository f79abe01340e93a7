import { UserError } from "../../../doorways/user-error.ts";

/** A distribution that `make test-vm` can boot. */
export interface Distribution {
  /** As `OS=` names it. */
  readonly name: string;
  /** The suite of Debian's archive. */
  readonly suite: string;
  /** What a minimal install of it has beyond mmdebstrap's variant "important", and what README asks for. */
  readonly packages: readonly string[];
}

/** What Debian's installer adds to the base system when nothing but "SSH server" is chosen, and names by resolved. */
const minimalInstall = [
  "apparmor",
  "ca-certificates",
  "dbus",
  "libpam-systemd",
  "linux-image-cloud-amd64",
  "openssh-server",
  "sudo",
  "systemd-resolved",
  "systemd-sysv",
];

/** What README asks for, as far as Debian has it. npm brings Debian's Node; Go is not needed where the tools are there. */
const asked = ["git", "make", "npm"];

const distributions: readonly Distribution[] = [
  { name: "debian12", suite: "bookworm", packages: [...minimalInstall, ...asked] },
];

/** The distribution that `OS=` names, Debian 12 where it names none. Throws a UserError that lists the names. */
export function distributionOf(name: string | undefined): Distribution {
  const wanted = name === undefined || name === "" ? "debian12" : name;
  const found = distributions.find((each) => each.name === wanted);
  if (found !== undefined) return found;
  const names = distributions.map((each) => each.name).join(", ");
  throw new UserError(`OS: "${wanted}" is not a distribution this proof knows; write one of ${names}`);
}
