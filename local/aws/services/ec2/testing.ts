/** What the unit tests of EC2's models share. */
import type { AwsError } from "../../model.ts";

// In full, not the models' own constants: a type that is misspelt there is then not modelled here.
export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const NAT = "aws:ec2/natGateway:NatGateway";
export const TABLE = "aws:ec2/routeTable:RouteTable";
export const ROUTE = "aws:ec2/route:Route";
export const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";

/** What the model refuses, as `code: message`. */
export function refusal(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    return `${(error as AwsError).code}: ${(error as AwsError).message}`;
  }
  return "nothing was refused";
}
