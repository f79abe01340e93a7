import { refuses } from "../testing/configuration.ts";

const RETENTION =
  "write one of CloudWatch's values: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)";

const network = (key: string, ...rest: (string | number)[]) => ["twinstack:network", key, ...rest];

refuses([
  [
    "an unknown key",
    network("subnets"),
    3,
    "twinstack:network.subnets is 3: no such key, use one of cidr, zones, nat, interfaceEndpoints, flowLogRetentionDays",
  ],
  [
    "a malformed range",
    network("cidr"),
    "10.20.0.0",
    'twinstack:network.cidr is "10.20.0.0": write an IPv4 range such as 10.0.0.0/16',
  ],
  [
    "host bits",
    network("cidr"),
    "10.20.3.4/16",
    'twinstack:network.cidr is "10.20.3.4/16": write the range by its first address, 10.20.0.0/16',
  ],
  [
    "too small a VPC",
    network("cidr"),
    "10.20.0.0/24",
    'twinstack:network.cidr is "10.20.0.0/24": write a range from /16 to /22, such as 10.0.0.0/16',
  ],
  [
    "too large a VPC",
    network("cidr"),
    "10.0.0.0/8",
    'twinstack:network.cidr is "10.0.0.0/8": write a range from /16 to /22, such as 10.0.0.0/16',
  ],
  [
    "a public VPC",
    network("cidr"),
    "11.20.0.0/16",
    'twinstack:network.cidr is "11.20.0.0/16": write a private range, inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
  ],
  [
    "one zone",
    network("zones"),
    ["eu-central-1a"],
    'twinstack:network.zones is ["eu-central-1a"]: write a list of 2 to 4 availability zones',
  ],
  [
    "five zones",
    network("zones"),
    ["a", "b", "c", "d", "e"].map((zone) => `eu-central-1${zone}`),
    'twinstack:network.zones is ["eu-central-1a","eu-central-1b","eu-central-1c","eu-central-1d","eu-central-1e"]: write a list of 2 to 4 availability zones',
  ],
  [
    "a zone twice",
    network("zones", 1),
    "eu-central-1a",
    'twinstack:network.zones[1] is "eu-central-1a": it is there twice, write each once',
  ],
  [
    "another region's zone",
    network("zones", 1),
    "eu-west-1b",
    'twinstack:network.zones[1] is "eu-west-1b": write a zone of aws:region eu-central-1, e.g. eu-central-1a',
  ],
  ["a NAT of no kind", network("nat"), true, "twinstack:network.nat is true: write none, single or per-zone"],
  [
    "no NAT and no endpoints",
    network("nat"),
    "none",
    'twinstack:network.interfaceEndpoints is ["ecr.api"]: add ec2, ecr.dkr, eks, eks-auth, elasticloadbalancing, logs, sts: without NAT nodes reach them no other way (or set twinstack:network.nat)',
  ],
  [
    "a retention CloudWatch has not",
    network("flowLogRetentionDays"),
    31,
    `twinstack:network.flowLogRetentionDays is 31: ${RETENTION}`,
  ],
]);
