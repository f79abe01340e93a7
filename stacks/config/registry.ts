import type { z } from "zod";
import { flag, section, whole } from "./fields.ts";

export const registrySchema = section({
  keepImages: whole(10, 1000, "how many images are kept"),
  forceDelete: flag("whether a repository with images in it may be deleted").default(false),
});

export type RegistryConfig = z.infer<typeof registrySchema>;
