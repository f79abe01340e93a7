import { serve } from "../provider/server.ts";
import { kubernetesProvider } from "./provider.ts";

await serve(kubernetesProvider());
