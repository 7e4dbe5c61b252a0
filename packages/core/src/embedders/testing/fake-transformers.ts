import type { TransformersModule } from "../transformers-js.js";

/** What a fake package was asked. */
export interface FakeTransformers {
  load(): Promise<TransformersModule>;
  loads: number;
  pipelines: { task: string; model: string; options: Record<string, unknown> }[];
  calls: { texts: string[]; options: unknown }[];
  /** Errors of the next `pipeline` calls. */
  failures: Error[];
}

/** A package with the part of transformers.js's API that is used; each text gets a vector of its letters. */
export function fakeTransformers(): FakeTransformers {
  const fake: FakeTransformers = {
    loads: 0,
    pipelines: [],
    calls: [],
    failures: [],
    load: async () => {
      fake.loads++;
      return { pipeline };
    },
  };
  const pipeline: TransformersModule["pipeline"] = async (task, model, options) => {
    fake.pipelines.push({ task, model, options: { ...options } });
    const failure = fake.failures.shift();
    if (failure) throw failure;
    options.progress_callback?.({ status: "initiate", file: "config.json" });
    options.progress_callback?.({ status: "progress", file: "onnx/model.onnx", loaded: 5, total: 10 });
    options.progress_callback?.({ status: "done", file: "onnx/model.onnx" });
    return async (texts, callOptions) => {
      fake.calls.push({ texts, options: callOptions });
      return { tolist: () => texts.map(letterVector) };
    };
  };
  return fake;
}

function letterVector(text: string): number[] {
  const vector = [0, 0, 0, 0];
  for (const letter of text) vector[(letter.codePointAt(0) ?? 0) % 4]! += 1;
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
