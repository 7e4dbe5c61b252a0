// Shows openapi.json as a page: plain DOM, so that the strictest content security policy lets it run.

/** @typedef {{ [keyword: string]: any }} Schema */

/** How deep members are shown before one has to ask; some schemas hold themselves. */
const openLevels = 2;

/** @type {Schema} */
let openApi = {};

try {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json was answered with ${response.status}.`);
  openApi = await response.json();
  show();
} catch (error) {
  byId("state").textContent = `The document cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
}

function show() {
  byId("version").textContent = openApi.info.version;
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(/** @type {Schema} */ (methods)).map(([method, operation]) => ({ path, method, operation })),
  );
  const contents = openApi.tags.flatMap((/** @type {{ name: string }} */ { name }) => [
    element("h2", {}, name),
    ...operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ operation }) => element("a", { href: `#${operation.operationId}` }, operation.summary)),
  ]);
  byId("contents").replaceChildren(...contents);
  const sections = openApi.tags.flatMap((/** @type {{ name: string }} */ { name }) => [
    element("h2", {}, name),
    ...operations.filter(({ operation }) => operation.tags.includes(name)).map(showOperation),
  ]);
  byId("operations").replaceChildren(...prose(openApi.info.description), ...sections);
  // The place a link names was not there yet when the page was.
  if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/** @param {{ path: string, method: string, operation: Schema }} where */
function showOperation({ path, method, operation }) {
  const body = operation.requestBody?.content["application/json"];
  const answer = operation.responses["200"].content["application/json"];
  return element(
    "section",
    { id: operation.operationId },
    element(
      "h3",
      {},
      element("span", { class: `method ${method}` }, method.toUpperCase()),
      " ",
      element("code", {}, openApi.servers[0].url + path),
    ),
    element("p", {}, operation.summary, ". ", ...scopeNote(operation)),
    ...prose(operation.description),
    ...titled("Parameters", showParameters(operation.parameters)),
    ...titled("Body", body && showSchema(body.schema)),
    ...titled("Example", element("pre", {}, toCurl({ path, method, operation }))),
    ...titled("Answer", showSchema(answer.schema, { isAnswer: true })),
    element("pre", {}, JSON.stringify(answer.example, null, 2)),
    ...titled("Errors", showErrors(operation.responses)),
  );
}

/** @param {Schema} operation */
function scopeNote(operation) {
  const scope = operation["x-persisto-scope"];
  return scope === undefined ? ["Needs no key."] : ["Needs a key with ", element("code", {}, scope), "."];
}

/** @param {Schema[] | undefined} parameters */
function showParameters(parameters) {
  if (parameters === undefined) return undefined;
  const members = parameters.map(({ name, in: place, required, description, schema, content }) =>
    showMember(name, { description, ...(schema ?? content["application/json"].schema) }, { required, place }),
  );
  return element("dl", {}, ...members.flat());
}

/**
 * @param {Schema} schema
 * @param {{ level?: number, isAnswer?: boolean }} [more]
 * @returns {HTMLElement | undefined} undefined when there is nothing inside it
 */
function showSchema(schema, { level = 0, isAnswer = false } = {}) {
  const { properties, required = [], items, anyOf = [] } = resolve(schema);
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, member]) =>
      showMember(name, member, { required: required.includes(name), level, isAnswer }),
    );
    return element("dl", {}, ...members.flat());
  }
  const inside = items ?? anyOf.find((/** @type {Schema} */ option) => resolve(option).properties !== undefined);
  return inside && showSchema(inside, { level, isAnswer });
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {{ required?: boolean, place?: string, level?: number, isAnswer?: boolean }} more
 */
function showMember(name, schema, { required = false, place, level = 0, isAnswer = false }) {
  const inside = level < 2 * openLevels ? showSchema(schema, { level: level + 1, isAnswer }) : undefined;
  const folded = inside && element("details", {}, element("summary", {}, `members of ${name}`), inside);
  if (folded && level < openLevels && !isRecursive(schema)) folded.setAttribute("open", "");
  return [
    element(
      "dt",
      {},
      element("code", {}, name),
      " ",
      element("span", { class: "type" }, [describeType(schema), place && `in the ${place}`].filter(Boolean).join(", ")),
      " ",
      required && !isAnswer ? element("span", { class: "required" }, "required") : "",
      isAnswer && !required ? element("span", { class: "type" }, "(not always)") : "",
    ),
    element("dd", {}, ...prose(schema.description), ...(folded ? [folded] : [])),
  ];
}

/** @param {Schema} schema */
function isRecursive(schema) {
  return JSON.stringify(resolve(schema)).includes("#/components/schemas/Filter");
}

/**
 * @param {Schema} schema
 * @returns {string} e.g. `integer or null, 1 to 100`
 */
function describeType(schema) {
  const rule = resolve(schema);
  if (Array.isArray(rule.type)) return rule.type.join(" or ");
  if (rule.const !== undefined) return JSON.stringify(rule.const);
  if (rule.enum !== undefined) return rule.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(", ");
  if (rule.type === "array") return `list of ${describeType(rule.items ?? {})}${range(rule.minItems, rule.maxItems)}`;
  if (rule.type !== undefined) {
    const bounds = range(rule.minimum ?? rule.minLength ?? rule.exclusiveMinimum, rule.maximum ?? rule.maxLength);
    return (schema.$ref?.split("/").at(-1) ?? rule.format ?? rule.type) + bounds;
  }
  return [...new Set((rule.anyOf ?? []).map(describeType))].join(" or ") || "any JSON";
}

/**
 * @param {number | undefined} least
 * @param {number | undefined} most
 */
function range(least, most) {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `, at least ${least}`;
  return least === undefined ? `, at most ${most}` : `, ${least} to ${most}`;
}

/** @param {Schema} responses */
function showErrors(responses) {
  const failures = Object.entries(responses).filter(([status]) => status !== "200");
  const entries = failures.flatMap(([status, response]) => [
    element("dt", {}, element("code", {}, status)),
    element("dd", {}, ...prose(resolve(response).description)),
  ]);
  return element(
    "details",
    {},
    element("summary", {}, failures.map(([status]) => status).join(", ")),
    element("dl", {}, ...entries),
  );
}

/**
 * @param {{ path: string, method: string, operation: Schema }} where
 * @returns {string}
 */
function toCurl({ path, method, operation }) {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, example, content } of operation.parameters ?? []) {
    const value = example ?? content?.["application/json"].example;
    if (value === undefined) continue;
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (place === "path") filled = filled.replace(`{${name}}`, encodeURIComponent(text));
    else query.set(name, text);
  }
  const url = new URL(openApi.servers[0].url + filled, location.href).href + (query.size > 0 ? `?${query}` : "");
  const body = operation.requestBody?.content["application/json"].example;
  return [
    `curl -X ${method.toUpperCase()} '${url}'`,
    ...(operation["x-persisto-scope"] === undefined ? [] : [`-H "Authorization: Bearer $PERSISTO_API_KEY"`]),
    ...(body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`]),
  ].join(" \\\n  ");
}

/**
 * @param {Schema} value a schema or a response, or a reference to one
 * @returns {Schema}
 */
function resolve(value) {
  if (value.$ref === undefined) return value;
  const steps = value.$ref.slice(2).split("/");
  return steps.reduce((/** @type {Schema} */ place, /** @type {string} */ step) => place[step], openApi);
}

/**
 * Paragraphs of a text with `code` in it.
 *
 * @param {string | undefined} text
 */
function prose(text) {
  if (text === undefined) return [];
  return text
    .split("\n\n")
    .map((paragraph) =>
      element(
        "p",
        {},
        ...paragraph.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part)),
      ),
    );
}

/**
 * @param {string} title
 * @param {Node | undefined} content
 */
function titled(title, content) {
  return content === undefined ? [] : [element("h4", {}, title), content];
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children);
  return node;
}

/** @param {string} id */
function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`The page has no #${id}.`);
  return node;
}
