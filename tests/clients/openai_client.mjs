// The official npm package against a running server: node openai_client.mjs http://127.0.0.1:8080
import OpenAI from "openai";
import assert from "node:assert";

const client = new OpenAI({ baseURL: process.argv[2] + "/v1", apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Count from one to ten." }];

const models = await client.models.list();
assert(models.data[0].id);

await client.chat.completions.create({ model: "corral", messages, max_tokens: 1 }); // the prompt then comes out of the cache
const chat = await client.chat.completions.create({ model: "corral", messages, max_tokens: 24, temperature: 0 });
assert(chat.choices[0].message.content);

let text = "";
const stream = await client.chat.completions.create({ model: "corral", messages, max_tokens: 24, temperature: 0, stream: true });
for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
assert.equal(text, chat.choices[0].message.content);

const schema = { type: "object", properties: { city: { type: "string", maxLength: 20 } }, required: ["city"], additionalProperties: false };
const held = await client.chat.completions.create({ model: "corral", messages, max_tokens: 120, response_format: { type: "json_schema", json_schema: { name: "place", schema } } });
assert.equal(typeof JSON.parse(held.choices[0].message.content).city, "string");

const weather = { type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } } };
const asking = { model: "corral", messages, tools: [weather], tool_choice: "required", max_tokens: 120 };
try {
  const called = (await client.chat.completions.create(asking)).choices[0].message.tool_calls[0];
  assert.equal(called.function.name, "weather");
  assert.equal(typeof JSON.parse(called.function.arguments).city, "string");
  let pieces = "";
  for await (const chunk of await client.chat.completions.create({ ...asking, stream: true }))
    for (const call of chunk.choices[0]?.delta?.tool_calls ?? [])
      if (call.index === 0) pieces += call.function.arguments ?? "";
  assert.equal(typeof JSON.parse(pieces).city, "string");
  console.log("tools: called");
} catch (error) { // a model whose template knows no tools says so
  if (!(error instanceof OpenAI.BadRequestError && /tools/.test(error.message))) throw error;
}

try {
  const { data } = await client.embeddings.create({ model: "corral", input: ["hello", "world"] });
  assert(Math.abs(data[0].embedding.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-3);
  console.log("embeddings:", data[0].embedding.length, "values");
} catch (error) { // 501: the server was started without --embedding
  if (!(error instanceof OpenAI.InternalServerError)) throw error;
}

const aborted = await client.chat.completions.create({ model: "corral", messages, max_tokens: 2000, stream: true });
for await (const _ of aborted) { aborted.controller.abort(); break; }

await assert.rejects(client.chat.completions.create({ model: "corral", messages: [] }), OpenAI.BadRequestError);
console.log("openai for npm: fine");
