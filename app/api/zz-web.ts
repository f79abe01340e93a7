import { startPlatform } from "./src/testing/platform.ts";
import { start } from "./src/start.ts";
import { startWorker } from "./src/start-worker.ts";
import { parseConfig } from "./src/config.ts";
import { createLogger } from "./src/logging.ts";
import { chromium } from "playwright-core";
const p = await startPlatform({ replicas: 1 });
const env = { ...p.env, PORT: "0", METRICS_PORT: "0", LISTEN_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", PUBLIC_PROTOCOL: "http", DRAIN_SECONDS: "0" };
const c = parseConfig(env);
const app = await start(c, "/work/data/app/dist/web", createLogger(c));
const w = await startWorker(c, createLogger(c));
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const url = `http://127.0.0.1:${app.port}`;
try {
  const visit = async (name: string, pick: number) => {
    const ctx = await b.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await ctx.newPage();
    page.on("pageerror", (e) => console.log("pageerror", e.message)); page.on("console", (m) => m.type() === "error" && console.log("console", m.text()));
    await page.goto(url);
    if (name) { await page.getByTestId("participant-name").fill(name); await page.getByTestId("save-name").click(); await page.getByTestId("me").waitFor(); }
    await page.getByTestId("quiz-card").first().click();
    for (let i = 0; ; i++) {
      await page.getByTestId("option").nth((i * pick) % 4).click();
      if (i === 2) { await page.reload(); }
      const s = page.getByTestId("submit"); await page.getByTestId("question").waitFor();
      if (i === 5 && name === "Ada Lovelace") await page.screenshot({ path: "/tmp/s-question.png" });
      if (await s.isVisible()) { await s.click(); break; }
      await page.getByTestId("next").click();
    }
    console.log(name, await page.getByTestId("score").innerText(), page.url());
    return { ctx, page };
  };
  for (const [i, n] of ["Grace Hopper", "Linus", "", "Margaret Hamilton"].entries()) await (await visit(n, i)).ctx.close();
  const { ctx, page } = await visit("Ada Lovelace", 3);
  await page.getByTestId("standing").getByText("rank").waitFor();
  await page.reload(); console.log("after reload", await page.getByTestId("score").innerText());
  await page.getByTestId("standing").getByText("rank").waitFor();
  await page.screenshot({ path: "/tmp/s-result.png" });
  await page.getByTestId("leaderboard-link").click(); await page.getByTestId("my-score").waitFor();
  console.log(await page.getByTestId("leaderboard-row").allInnerTexts(), await page.getByTestId("my-score").innerText());
  await page.screenshot({ path: "/tmp/s-board.png" });
  await page.goto(url); await page.getByTestId("latest-attempt").first().waitFor(); await page.getByTestId("participant-name").waitFor(); await page.waitForTimeout(300);
  await page.screenshot({ path: "/tmp/s-home.png", fullPage: true });
  await page.setViewportSize({ width: 390, height: 800 }); await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: "/tmp/s-home-dark.png" });
  await page.goto(url + "/leaderboard/astronomy"); await page.getByTestId("my-score").waitFor(); await page.screenshot({ path: "/tmp/s-board-dark.png" });
  console.log(await ctx.cookies());
} finally { await b.close(); await w.stop(); await app.stop(); await p.remove(); }
