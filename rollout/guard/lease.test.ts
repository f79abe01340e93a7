import { Conflict } from "../record-store.ts";
import { Lease, LEASE_SECONDS, type LeaseState, type LeaseStore } from "./lease.ts";

/** An API server in memory, and everybody's clock. */
class Store implements LeaseStore {
  state: LeaseState | undefined;
  now = 0;
  isAway = false;
  /** Called between a read and its write. */
  between: () => void = () => undefined;
  #version = 0;

  read(): Promise<LeaseState | undefined> {
    if (this.isAway) return Promise.reject(new Error("no answer"));
    return Promise.resolve(this.state);
  }

  async write(holder: string, after: LeaseState | undefined): Promise<void> {
    this.between();
    if (after?.resourceVersion !== this.state?.resourceVersion) throw new Conflict("written in between");
    this.#version += 1;
    this.state = { holder, renewed: String(this.now), resourceVersion: String(this.#version) };
    return Promise.resolve();
  }
}

let store: Store;
let a: Lease;
let b: Lease;
beforeEach(() => {
  store = new Store();
  a = new Lease(store, "a", () => store.now);
  b = new Lease(store, "b", () => store.now);
});
const leaders = (): string => [a.isMine ? "a" : "", b.isMine ? "b" : ""].join("");
const later = (seconds: number): void => void (store.now += seconds * 1000);

it("is led by who comes first, for as long as that one renews", async () => {
  for (let second = 0; second < 60; second += 2) {
    await a.attempt();
    await b.attempt();
    expect(leaders()).toBe("a");
    later(2);
  }
});

it("is taken over when it was not renewed before the other's eyes for 15 s, and not before", async () => {
  await a.attempt();
  await b.attempt();
  later(LEASE_SECONDS);
  await b.attempt();
  expect(leaders()).toBe("");
  later(1);
  await b.attempt();
  expect(leaders()).toBe("b");
  await a.attempt();
  expect(leaders()).toBe("b");
});

it("is led by nobody between the 10 s in which its holder must renew and the 15 s of the others", async () => {
  await a.attempt();
  later(9.9);
  expect(a.isMine).toBe(true);
  later(0.1);
  expect(a.isMine).toBe(false);
});

it("is not led by who cannot reach the API server, and is again after", async () => {
  await a.attempt();
  store.isAway = true;
  later(11);
  await expect(a.attempt()).rejects.toThrow("no answer");
  expect(a.isMine).toBe(false);
  store.isAway = false;
  await a.attempt();
  expect(leaders()).toBe("a");
});

it("goes to one of two who try at the same moment", async () => {
  store.between = () => {
    store.between = () => undefined;
    store.state = { holder: "b", renewed: "0", resourceVersion: "b's" };
  };
  await a.attempt();
  expect(a.isMine).toBe(false);
  expect(store.state?.holder).toBe("b");
});

it("counts from before the call: an answer that came late is worth less", async () => {
  store.between = () => later(9);
  await a.attempt();
  expect(a.isMine).toBe(true);
  later(1);
  expect(a.isMine).toBe(false);
});

it("is free at once when its holder gives it up, and only the holder can", async () => {
  await a.attempt();
  await b.giveUp();
  expect(store.state?.holder).toBe("a");
  await a.giveUp();
  await b.attempt();
  expect(leaders()).toBe("b");
});
