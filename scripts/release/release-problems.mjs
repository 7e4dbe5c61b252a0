/** @typedef {import("./read-manifests.mjs").Manifest} Manifest */

/**
 * What keeps a release from being made, each with its remedy; empty when nothing does.
 *
 * @param {object} state
 * @param {Manifest[]} state.manifests of the packages that are published
 * @param {string} state.pythonVersion
 * @param {string} state.changelog
 * @param {string[]} state.changesets that are not in a version yet
 * @param {Record<string, string | undefined>} state.environment
 * @returns {string[]}
 */
export function releaseProblems({ manifests, pythonVersion, changelog, changesets, environment }) {
  const problems = [];
  const [version = "", ...others] = new Set([...manifests.map((manifest) => manifest.version), pythonVersion]);
  if (others.length > 0) {
    problems.push(`The packages have several versions: ${[version, ...others].join(", ")}. Run npm run versions.`);
  }
  if (changesets.length > 0) {
    problems.push(`No version has these changesets yet: ${changesets.join(", ")}. Run npm run versions.`);
  }
  const heading = new RegExp(`^## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, "m");
  if (!heading.test(changelog)) {
    problems.push(`CHANGELOG.md has no "## ${version} (<date>)". Run npm run versions.`);
  }
  const withoutUrl = manifests.filter(({ repository }) => !repository?.url);
  if (withoutUrl.length > 0) {
    problems.push(
      `repository.url is missing in the package.json of ${withoutUrl.map(({ name }) => name).join(", ")}. npm compares it with where the ` +
        "provenance was signed. Run npm pkg set repository.url=git+https://<host>/<owner>/<repository>.git --workspaces",
    );
  }
  if (!environment.ACTIONS_ID_TOKEN_REQUEST_URL && !environment.SIGSTORE_ID_TOKEN) {
    problems.push(
      "npm signs provenance with an identity that only CI has. Release from GitHub Actions with the permission id-token: write, " +
        "or from GitLab CI with the id token SIGSTORE_ID_TOKEN.",
    );
  }
  return problems;
}

/**
 * What the registry already has under our names that is not ours.
 *
 * @param {Manifest[]} manifests
 * @param {(name: string) => string | undefined} publishedUrl the repository of what is published under a name; undefined when nothing is
 * @returns {string[]}
 */
export function takenNames(manifests, publishedUrl) {
  return manifests.flatMap(({ name, repository }) => {
    const url = publishedUrl(name);
    if (url === undefined || plain(url) === plain(repository?.url ?? "")) return [];
    return [
      `The name ${name} on npm belongs to ${url || "something without a repository"}. Get it, or publish under another.`,
    ];
  });
}

/** @param {string} url of a repository, in any of npm's spellings */
function plain(url) {
  return url.replace(/^git\+/, "").replace(/\.git$/, "");
}
