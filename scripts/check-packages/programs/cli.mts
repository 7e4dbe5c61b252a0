// The compiler has no types of Node here, and the CLI has no module to import: it is run.
interface Run {
  status: number;
  stdout: string;
  stderr: string;
}
type SpawnSync = (command: string, args: string[], options: { encoding: "utf8" }) => Run;

const nodeModules = { childProcess: "node:child_process", process: "node:process" };
const { spawnSync } = (await import(nodeModules.childProcess)) as { spawnSync: SpawnSync };
const { execPath } = (await import(nodeModules.process)) as { execPath: string };

function persisto(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(execPath, ["node_modules/persisto/dist/main.js", ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`persisto ${args.join(" ")}: ${stderr}`);
  return stdout;
}

persisto("save", "Ada lives in Lisbon.", "--id", "home", "--namespace", "ada");
const found = persisto("query", "Where does Ada live?", "--namespace", "ada");
if (!found.endsWith("\thome\tAda lives in Lisbon.\n")) throw new Error(`found ${found}`);
if (!persisto("serve", "--help").includes("--port")) throw new Error("serve has no help");
