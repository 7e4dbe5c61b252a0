import { logLevels } from "./config-file-schema.js";

/** What `--help` prints. */
export const usage = `Usage: persisto-server [command] [options]

Commands
  serve         Serve Persisto over HTTP (default)
  sweep         Remove expired memories and old queries from the disk, and stop
  create-key    Make another API key, print it, and stop
  create-operator-key  Make another operator key, print it, and stop
  dump --to <file>    Write everything in the embedded database to a new file, and stop
  load --from <file>  Make an embedded database of such a file, where there is none yet, and stop
  config check  List everything that is wrong with the configuration, or print it, and stop
sweep, dump and the two that make keys need the embedded database for themselves: stop the server first.
With DATABASE_URL they run beside it, and pg_dump does what dump does.

Options and environment (an option wins over the environment, the environment over .env, .env over the file)
  --config <path>    PERSISTO_CONFIG              The file. Default ./persisto.config.json, if there is one
  --port <number>    PORT                         Default 8000; 0 picks a free one
  --host <address>   HOST                         Default 127.0.0.1: this machine only
                     PERSISTO_METRICS_PORT        A port of its own for /metrics, which asks for no key there
                     PERSISTO_METRICS_HOST        Its address. Default 127.0.0.1: this machine only
  --data-dir <path>  PERSISTO_DATA_DIR            Where the embedded database lives. Default ./.persisto
  --project <id>                                  Project of the key that create-key makes. Default: default
                     DATABASE_URL                 A Postgres with pgvector instead, e.g. postgres://user@host/db
                     PERSISTO_API_KEY             Your own API key for the default project, instead of a generated one
                     PERSISTO_OPERATOR_KEY        Your own operator key, instead of a generated one
                     PERSISTO_EMBEDDER            builtIn or openAI. Default: openAI if one of the next two is set
                     OPENAI_API_KEY               Embed with OpenAI instead of the built-in model (new stores)
                     OPENAI_BASE_URL              Another server that speaks OpenAI's protocol, with or without a key
                     OPENAI_EMBEDDING_MODEL       Default text-embedding-3-small
                     OPENAI_EMBEDDING_DIMENSIONS  Length of its vectors; required when it is not one of OpenAI's
                     PERSISTO_RERANKER_URL        A server with a /rerank endpoint, for queries with rerank
                     PERSISTO_RERANKER_MODEL      Its model
                     PERSISTO_RERANKER_DIALECT    cohere or tei. Default cohere
                     PERSISTO_RERANKER_API_KEY    Its key, if it wants one
                     PERSISTO_LANGUAGE            Of new namespaces. Default english
                     PERSISTO_DEFAULT_PROFILE     Of queries that name no mode. Default strict
                     PERSISTO_DEFAULT_TTL_SECONDS  Until memories expire whose save does not say. Default never
                     PERSISTO_HISTORY_STORE       text, hash or nothing of each query. Default text
                     PERSISTO_HISTORY_RETENTION_DAYS  Until an entry of the history is deleted. Default never
                     PERSISTO_MAX_CONCURRENT_REQUESTS  Of one project. Default 256
                     PERSISTO_MAX_CONCURRENT_REQUESTS_IN_ALL  Default 1024
                     PERSISTO_KEY_REQUESTS_PER_MINUTE  Of one key. Default none: no limit
                     PERSISTO_PROJECT_REQUESTS_PER_MINUTE  Of one project. Default none
                     PERSISTO_IP_REQUESTS_PER_MINUTE  Of one address. Default none
                     PERSISTO_BURST_SECONDS       Requests of so many seconds may come at once. Default 60
                     PERSISTO_IP_REFUSALS_PER_MINUTE  Wrong keys from one address. Default 120; none for no limit
                     PERSISTO_TRUST_PROXY         How many proxies add to X-Forwarded-For. Default 0
                     PERSISTO_CORS_ORIGINS        Pages that may ask, such as https://app.example.com; * for all. Default none
                     PERSISTO_OPENTELEMETRY       true or false: spans. Default: when OTEL_EXPORTER_OTLP_ENDPOINT is set
                     PERSISTO_LOG_LEVEL           ${logLevels.join(", ")}. Default info
  --help
`;
