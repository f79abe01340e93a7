import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";

/** Opens a page in Debian's headless Chromium and closes everything after. */
export async function inBrowser<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), "twinstack-browser-"));
  // Without these flags Chromium looks for its vendor's hosts at every start.
  const quiet = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet],
  });
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Takes the first quiz, always choosing the first option, and answers what the page says of the score. */
export async function takeQuiz(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.getByTestId("quiz-card").first().click();
  for (;;) {
    await page.getByTestId("option").first().click();
    const submit = page.getByTestId("submit");
    if (await submit.isVisible()) {
      await submit.click();
      break;
    }
    await page.getByTestId("next").click();
  }
  return page.getByTestId("score").innerText();
}
