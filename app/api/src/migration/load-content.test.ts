import type pg from "pg";
import { quizzes as written } from "../../../content/index.ts";
import { parseContent } from "../features/quizzes/content.ts";
import type { WrittenQuiz } from "../features/quizzes/content.ts";
import { runMigration } from "../testing/migrated.ts";
import { startPostgres } from "../testing/postgres.ts";
import type { PostgresServer } from "../testing/postgres.ts";
import { makeSecretsFolder } from "../testing/secrets-folder.ts";
import { loadContent } from "./load-content.ts";

let postgres: PostgresServer;
let secrets: ReturnType<typeof makeSecretsFolder>;
let superuser: pg.Client;
beforeAll(async () => {
  postgres = await startPostgres();
  secrets = makeSecretsFolder();
  expect((await runMigration(postgres.port, secrets.path)).code).toBe(0);
  superuser = await postgres.superuser();
});
afterAll(async () => {
  await superuser.end();
  await postgres.remove();
  secrets.remove();
});

const rows = async (statement: string) => (await superuser.query<Record<string, unknown>>(statement)).rows;

it("retires what is no longer written, brings it back, and lets an older release pass", async () => {
  const all = parseContent(written);
  const [first, ...others] = all;
  expect(await loadContent(superuser, 7, others)).toBe("loaded");
  expect(await rows("SELECT id FROM app.quizzes WHERE retired")).toEqual([{ id: first?.id }]);
  expect(await rows("SELECT count(*)::int AS retired FROM app.questions WHERE retired")).toEqual([
    { retired: 15 },
  ]);
  expect(await loadContent(superuser, 6, all)).toBe("newer there");
  expect(await loadContent(superuser, 8, all)).toBe("loaded");
  expect(await rows("SELECT id FROM app.quizzes WHERE retired")).toEqual([]);
});

it("gives a quiz another version when its answer key changes, and only then", async () => {
  const all = parseContent(written);
  const [first] = all;
  if (first === undefined) throw new Error("no quiz");
  const { id } = first;
  const change = (changes: (question: WrittenQuiz["questions"][number]) => object): WrittenQuiz[] =>
    all.map((quiz) =>
      quiz.id === id
        ? { ...quiz, questions: quiz.questions.map((one) => ({ ...one, ...changes(one) })) }
        : quiz,
    );
  const versionAfter = async (release: number, quizzes: readonly WrittenQuiz[]) => {
    expect(await loadContent(superuser, release, quizzes)).toBe("loaded");
    const versions = await rows(`SELECT id, version FROM app.quizzes ORDER BY id = $$${id}$$ DESC`);
    expect(new Set(versions.slice(1).map(({ version }) => version))).toEqual(new Set([1]));
    return versions[0]?.["version"];
  };
  const reworded = change(({ text }) => ({ text: `${text} Really?`, explanation: "Because it is so." }));
  expect(await versionAfter(20, reworded)).toBe(1);
  const turned = change(({ options, answer }) => ({
    options: options.toReversed(),
    answer: 3 - answer,
  }));
  expect(await versionAfter(21, turned)).toBe(1);
  expect(await versionAfter(22, all.slice(1))).toBe(1);
  expect(await versionAfter(23, all)).toBe(1);
  const other = change(({ id: question, answer }) =>
    question.endsWith("-07") ? { answer: (answer + 1) % 4 } : {},
  );
  expect(await versionAfter(24, other)).toBe(2);
  expect(await versionAfter(25, all)).toBe(3);
  const another = change(({ id: question }) =>
    question.endsWith("-15") ? { id: question.replace("-15", "-16") } : {},
  );
  expect(await versionAfter(26, another)).toBe(4);
  expect(await versionAfter(27, all)).toBe(5);
});

it("refuses other content under a version that was loaded", async () => {
  await expect(loadContent(superuser, 1, parseContent(written).slice(1))).rejects.toThrow(
    "Content version 1 is in the database with other content: raise contentVersion in app/content/index.ts.",
  );
});
