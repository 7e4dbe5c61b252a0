import { PersistoValidationError, type RetrievalProfile } from "@persisto/contract";
import { builtInProfiles } from "./profiles.js";

/** The profiles that queries can name. */
export interface ProfileCatalog {
  /** The profile of that name, or the default one. @throws PersistoValidationError that lists the names there are. */
  find(name: string | undefined): RetrievalProfile;
}

/** The profiles that come with Persisto, and a store's own. */
export function createProfileCatalog(
  own: Readonly<Record<string, RetrievalProfile>>,
  defaultName: string,
): ProfileCatalog {
  const named = Object.entries(own).map(([name, profile]) => [name, { ...profile, name }] as const);
  const profiles = new Map<string, RetrievalProfile>([...Object.entries(builtInProfiles), ...named]);
  return {
    find(name = defaultName) {
      const profile = profiles.get(name);
      if (profile) return profile;
      const message = `must be one of ${[...profiles.keys()].join(", ")}, or a profile object`;
      throw new PersistoValidationError([{ field: "mode", message }]);
    },
  };
}
