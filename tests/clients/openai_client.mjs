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

const aborted = await client.chat.completions.create({ model: "corral", messages, max_tokens: 2000, stream: true });
for await (const _ of aborted) { aborted.controller.abort(); break; }

await assert.rejects(client.chat.completions.create({ model: "corral", messages: [] }), OpenAI.BadRequestError);
console.log("openai for npm: fine");
