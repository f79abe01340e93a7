import { serve } from "../provider/server.ts";
import { randomProvider } from "./random-provider.ts";

await serve(randomProvider);
