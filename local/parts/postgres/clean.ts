import { removeFolders, teardown } from "../host/teardown.ts";
import { scope } from "../host/scope.ts";
const [prefix = "", root = ""] = process.argv.slice(2);
console.log(await teardown({ scope: scope(prefix), stateDir: `${root}/state`, runDir: `${root}/run` }));
removeFolders([root]);
