import { randomBytesResource } from "./bytes.ts";
import { randomId } from "./id.ts";
import { randomInteger } from "./integer.ts";
import { randomPassword } from "./password.ts";
import { randomPet } from "./pet.ts";
import type { RandomResource } from "./resource.ts";
import { randomShuffle } from "./shuffle.ts";
import { randomString } from "./string.ts";
import { randomUuid } from "./uuid.ts";

export const resources: Readonly<Record<string, RandomResource>> = {
  "random:index/randomBytes:RandomBytes": randomBytesResource,
  "random:index/randomId:RandomId": randomId,
  "random:index/randomInteger:RandomInteger": randomInteger,
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomPet:RandomPet": randomPet,
  "random:index/randomShuffle:RandomShuffle": randomShuffle,
  "random:index/randomString:RandomString": randomString,
  "random:index/randomUuid:RandomUuid": randomUuid,
};
