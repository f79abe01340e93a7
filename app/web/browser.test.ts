import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { quizzes } from "../content/index.ts";
import { inBrowser, takeQuiz } from "../../tests/e2e/browser.ts";
import { parseContent } from "../api/src/features/quizzes/content.ts";
import { buildImageFolder } from "../api/src/testing/built-image.ts";
import { startPlatform } from "../api/src/testing/platform.ts";
import type { TestPlatform } from "../api/src/testing/platform.ts";
import { spawnProgram } from "../api/src/testing/server-process.ts";
import type { ServerProcess } from "../api/src/testing/server-process.ts";

let image: ReturnType<typeof buildImageFolder>;
let platform: TestPlatform;
let programs: readonly ServerProcess[];
let url: string;
beforeAll(async () => {
  image = buildImageFolder();
  platform = await startPlatform({ replicas: 1, imageFolder: image.path });
  const server = spawnProgram("server", platform.env, image.path);
  programs = [server, spawnProgram("worker", platform.env, image.path)];
  url = `http://127.0.0.1:${String((await server.logged("listening"))["port"])}`;
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.dispose()));
  await platform.remove();
  image.remove();
});

/** Opens a browser, and fails when the page logs an error: what the content security policy forbids is one. */
async function visit<T>(use: (page: Page) => Promise<T>): Promise<T> {
  return inBrowser(async (page) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    const result = await use(page);
    expect(errors).toEqual([]);
    return result;
  });
}

describe("the pages as they are built", () => {
  it("hold no question and no right answer", () => {
    const folder = join(image.path, "web");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(html|js|css)$/.test(name),
    );
    expect(files.length).toBeGreaterThan(2);
    const text = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const questions = parseContent(quizzes).flatMap((quiz) => quiz.questions);
    expect(questions.filter((one) => text.includes(one.text) || text.includes(one.explanation))).toEqual([]);
  });
});

describe("a visitor with a browser", () => {
  it("takes a quiz, and finds the score again: after a reload, on the leaderboard, at home", async () => {
    await visit(async (page) => {
      await page.goto(url);
      await page.getByTestId("participant-name").fill("Ada");
      await page.getByTestId("save-name").click();
      await page.getByTestId("me").getByText("Ada").waitFor();

      const score = await takeQuiz(page, url);
      expect(score).toMatch(/^\d+ of 15$/);
      const result = page.url();
      expect(result).toMatch(/\/attempts\/[0-9a-f-]{36}$/);
      await page.reload();
      expect(await page.getByTestId("score").innerText()).toBe(score);
      expect(await page.getByTestId("reviewed").count()).toBe(15);
      await page.getByTestId("standing").getByText(`Your first attempt counts: ${score}, rank`).waitFor();

      await page.getByTestId("leaderboard-link").click();
      await page.getByTestId("my-score").getByText(score).waitFor();
      expect(await page.getByTestId("leaderboard-row").innerText()).toContain("Ada");
      await page.reload();
      expect(await page.getByTestId("my-score").innerText()).toBe(score);

      await page.goto(url);
      await page.getByTestId("latest-attempt").getByText(score).click();
      expect(await page.getByTestId("score").innerText()).toBe(score);
    });
  });

  it("goes on after a reload where they were", async () => {
    await visit(async (page) => {
      await page.goto(`${url}/quizzes/history`);
      await page.getByTestId("option").nth(2).click();
      await page.getByTestId("next").click();
      const second = await page.getByTestId("question").innerText();
      await page.reload();
      expect(await page.getByTestId("progress").innerText()).toBe("Question 2 of 15");
      expect(await page.getByTestId("question").innerText()).toBe(second);
      await page.getByTestId("back").click();
      expect(await page.getByTestId("option").nth(2).getByRole("radio").isChecked()).toBe(true);
    });
  });

  it("does not see another visitor's attempt, but their score on the leaderboard", async () => {
    const [score, result] = await visit(async (page) => [await takeQuiz(page, url), page.url()] as const);
    await inBrowser(async (page) => {
      await page.goto(result);
      await page.getByTestId("failure").waitFor();
      expect(await page.getByTestId("score").count()).toBe(0);
      await page.goto(`${url}/leaderboard`);
      await page.getByTestId("leaderboard-row").getByText(score).first().waitFor();
      expect(await page.getByTestId("my-score").count()).toBe(0);
    });
  });

  it("is told that a page is not there when they open its address, at every width", async () => {
    await inBrowser(async (page) => {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const answer = await page.goto(`${url}/nowhere/at/all`);
        expect(answer?.status()).toBe(404);
        await page.getByRole("heading", { name: "Nothing here" }).waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
      await page.goto(`${url}/leaderboard/`);
      await page.getByRole("heading", { name: "Leaderboard" }).waitFor();
    });
  });

  it("is told that a page is not there", async () => {
    await visit(async (page) => {
      await page.goto(url);
      await page.evaluate(() => {
        history.pushState(null, "", "/nowhere/at/all");
        dispatchEvent(new PopStateEvent("popstate"));
      });
      await page.getByRole("heading", { name: "Nothing here" }).waitFor();
    });
  });
});
