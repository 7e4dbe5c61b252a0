import { RecordManager, type ListKeyOptions, type UpdateOptions } from "@langchain/core/indexing";

/** LangChain's record manager in a map: the core has only the interface. */
export class InMemoryRecordManager extends RecordManager {
  override lc_namespace = ["test", "indexing"];
  private readonly records = new Map<string, { updatedAt: number; groupId: string | null }>();
  private now = 1;

  override async createSchema(): Promise<void> {}

  override async getTime(): Promise<number> {
    return (this.now += 1);
  }

  override async update(keys: string[], { groupIds }: UpdateOptions = {}): Promise<void> {
    keys.forEach((key, index) => {
      const groupId = groupIds?.[index] ?? this.records.get(key)?.groupId ?? null;
      this.records.set(key, { updatedAt: this.now, groupId });
    });
  }

  override async exists(keys: string[]): Promise<boolean[]> {
    return keys.map((key) => this.records.has(key));
  }

  override async listKeys({ before = Infinity, after = 0, groupIds, limit }: ListKeyOptions = {}): Promise<string[]> {
    return [...this.records]
      .filter(([, { updatedAt }]) => updatedAt < before && updatedAt > after)
      .filter(([, { groupId }]) => groupIds === undefined || groupIds.includes(groupId))
      .map(([key]) => key)
      .slice(0, limit);
  }

  override async deleteKeys(keys: string[]): Promise<void> {
    for (const key of keys) this.records.delete(key);
  }
}
