import { render } from "preact";
import { App } from "./App.tsx";
import "./styles/base.css";
import "./styles/home.css";
import "./styles/quiz.css";
import "./styles/result.css";
import "./styles/leaderboard.css";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");
render(<App />, root);
