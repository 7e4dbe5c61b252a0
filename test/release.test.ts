import { describe, expect, test } from "vitest";
import { releaseProblems, takenNames } from "../scripts/release/release-problems.mjs";

const repository = { type: "git", url: "git+https://code.example/persisto.git", directory: "packages/core" };
const core = { name: "@persisto/core", version: "0.2.0", repository };
const ready = {
  manifests: [core, { ...core, name: "persisto" }],
  pythonVersion: "0.2.0",
  changelog: "# Changelog\n\n## 0.2.0 (2026-12-01)\n\n- New.\n",
  changesets: [],
  environment: { ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example" },
};

describe("a release", () => {
  test("has no problem when versions, changelog, repository and CI are there", () => {
    expect(releaseProblems(ready)).toEqual([]);
    expect(releaseProblems({ ...ready, environment: { SIGSTORE_ID_TOKEN: "token" } })).toEqual([]);
  });

  test("is told what is missing, and the remedy", () => {
    const { url: _, ...withoutUrl } = repository;
    const problems = releaseProblems({
      manifests: [core, { ...core, name: "persisto", repository: withoutUrl }],
      pythonVersion: "0.1.0",
      changelog: "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-11-01)\n",
      changesets: ["calm-cats-sing.md"],
      environment: {},
    });
    expect(problems).toEqual([
      "The packages have several versions: 0.2.0, 0.1.0. Run npm run versions.",
      "No version has these changesets yet: calm-cats-sing.md. Run npm run versions.",
      'CHANGELOG.md has no "## 0.2.0 (<date>)". Run npm run versions.',
      expect.stringMatching(
        /^repository\.url is missing in the package\.json of persisto\. .*npm pkg set repository\.url=/,
      ),
      expect.stringMatching(/^npm signs provenance with an identity that only CI has\./),
    ]);
  });

  test("takes no name that is somebody else's", () => {
    const published: Record<string, string> = {
      "@persisto/core": "https://code.example/persisto",
      persisto: "git+https://code.example/other.git",
    };
    expect(takenNames(ready.manifests, (name) => published[name])).toEqual([
      "The name persisto on npm belongs to git+https://code.example/other.git. Get it, or publish under another.",
    ]);
    expect(takenNames(ready.manifests, () => undefined)).toEqual([]);
  });
});
