import { spawnSync } from "node:child_process";

/** The CLI has no module to import: it is run. */
function persisto(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["node_modules/persisto/dist/main.js", ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`persisto ${args.join(" ")}: ${stderr}`);
  return stdout;
}

persisto("save", "Ada lives in Lisbon.", "--id", "home", "--namespace", "ada");
const found = persisto("query", "Where does Ada live?", "--namespace", "ada");
if (!found.endsWith("\thome\tAda lives in Lisbon.\n")) throw new Error(`found ${found}`);
if (!persisto("serve", "--help").includes("--port")) throw new Error("serve has no help");
