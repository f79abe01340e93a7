import { Header } from "./components/Header.tsx";
import { Footer } from "./components/Footer.tsx";
import { useLocation } from "./navigation.ts";
import { HomePage } from "./pages/HomePage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { QuizPage } from "./pages/QuizPage.tsx";

export function App() {
  const path = useLocation();
  return (
    <>
      <Header />
      <main>{pageFor(path)}</main>
      <Footer />
    </>
  );
}

function pageFor(path: string) {
  if (path === "/") return <HomePage />;
  const quizId = /^\/quizzes\/([a-z0-9-]+)$/.exec(path)?.[1];
  // Keyed, so that nothing of one quiz's attempt is carried into the next.
  return quizId === undefined ? <NotFoundPage /> : <QuizPage key={quizId} id={quizId} />;
}
