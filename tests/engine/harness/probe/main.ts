import { serve } from "../../../../local/provider/server.ts";
import { probeProvider } from "./probe-provider.ts";

await serve(probeProvider);
