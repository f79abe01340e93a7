import { Header } from "./components/Header.tsx";
import { Footer } from "./components/Footer.tsx";
import { MeProvider } from "./me.tsx";
import { useLocation } from "./navigation.ts";
import { AttemptPage } from "./pages/AttemptPage.tsx";
import { HomePage } from "./pages/HomePage.tsx";
import { LeaderboardPage } from "./pages/LeaderboardPage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { QuizPage } from "./pages/QuizPage.tsx";

export function App() {
  const path = useLocation();
  return (
    <MeProvider>
      <Header />
      <main>{pageFor(path)}</main>
      <Footer />
    </MeProvider>
  );
}

function pageFor(path: string) {
  // With a slash at the end it is the same address, as it is for the server.
  const [, area = "", id, more] = path.replace(/(?<=.)\/$/, "").split("/");
  if (more !== undefined || id === "" || !/^[a-z0-9-]*$/.test(id ?? "")) return <NotFoundPage />;
  if (path === "/") return <HomePage />;
  if (area === "leaderboard") return <LeaderboardPage quizId={id} />;
  // Keyed, so that nothing of one quiz's attempt is carried into the next.
  if (area === "quizzes" && id) return <QuizPage key={id} id={id} />;
  if (area === "attempts" && id) return <AttemptPage key={id} id={id} />;
  return <NotFoundPage />;
}
