import { startTestApp } from "../../testing/test-app.ts";
import type { TestApp } from "../../testing/test-app.ts";
import { TestVisitor } from "../../testing/visitor.ts";

let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterAll(async () => expect(await app.stop()).toBe(0));

const message = "write a name of 1 to 40 letters, digits, spaces or signs";

describe("/api/me", () => {
  it("is nobody at first, then somebody with a name, then the same with another", async () => {
    const visitor = new TestVisitor(app.url);
    expect((await visitor.get("/api/me")).body).toEqual({ participant: null });
    const named = await visitor.put("/api/me", { name: "  Ada  " });
    expect(named.body).toEqual({
      participant: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: "Ada" },
    });
    expect(named.headers.get("cache-control")).toBe("private, no-store");
    expect((await visitor.get("/api/me")).body).toEqual(named.body);
    const renamed = (await visitor.put("/api/me", { name: "Ada L." })).body as { participant: object };
    expect(renamed).toEqual({
      participant: { ...(named.body as typeof renamed).participant, name: "Ada L." },
    });
  });

  it("tells two visitors apart, also by the same name", async () => {
    const [one, other] = [new TestVisitor(app.url), new TestVisitor(app.url)];
    const ids = [
      await one.put("/api/me", { name: "Twin" }),
      await other.put("/api/me", { name: "Twin" }),
    ].map(({ body }) => (body as { participant: { id: string } }).participant.id);
    expect(new Set(ids).size).toBe(2);
    expect(new Set([one, other].map(({ cookies }) => cookies.get("participant"))).size).toBe(2);
  });

  it("takes a token that nobody was given for nobody's", async () => {
    const visitor = new TestVisitor(app.url);
    visitor.cookies.set("participant", "x".repeat(43));
    expect((await visitor.get("/api/me")).body).toEqual({ participant: null });
  });

  it.each(["", "   ", "x".repeat(41), "line\nbreak", "bell\u0007", "turned\u202Eround", 7, null])(
    "refuses %j as a name",
    async (name) => {
      const { status, body } = await new TestVisitor(app.url).put("/api/me", { name });
      expect(status).toBe(400);
      expect((body as { errors: object[] }).errors).toContainEqual({ field: "name", message });
    },
  );

  it.each(["Zoë", "李小龙", "O'Brien-Smith", "🦊", "x".repeat(40), "<script>"])(
    "takes %s as a name, as it is",
    async (name) => {
      expect((await new TestVisitor(app.url).put("/api/me", { name })).body).toMatchObject({
        participant: { name },
      });
    },
  );
});
