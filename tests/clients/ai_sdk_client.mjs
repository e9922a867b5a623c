// Vercel's AI SDK through its OpenAI-compatible provider (the way ollama-ai-provider and its like are used): text, streaming, tools, objects, embeddings.
//     node ai_sdk_client.mjs http://127.0.0.1:8080
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import assert from "node:assert";

const corral = createOpenAICompatible({ name: "corral", baseURL: process.argv[2] + "/v1", apiKey: "none", includeUsage: true, supportsStructuredOutputs: true });
const common = { model: corral("corral"), temperature: 0, maxRetries: 0 };
const prompt = "Count from one to ten.";

const whole = await generateText({ ...common, prompt, maxOutputTokens: 24 });
assert(whole.text);
assert(whole.usage.outputTokens > 0);

const stream = streamText({ ...common, prompt, maxOutputTokens: 24 });
let text = "";
for await (const piece of stream.textStream) text += piece;
assert(text);
assert((await stream.usage).outputTokens > 0);

const asked = [];
const weather = tool({
  description: "the weather of a city",
  inputSchema: z.object({ city: z.string().max(20) }),
  execute: async ({ city }) => { asked.push(city); return "It rains in " + city; },
});
const called = await generateText({ ...common, prompt: "What is the weather in Paris?", tools: { weather }, toolChoice: "required", maxOutputTokens: 120, stopWhen: stepCountIs(1) });
assert.equal(called.toolCalls[0].toolName, "weather");
assert.equal(asked.length, called.toolCalls.length);

const streamed = streamText({ ...common, prompt: "What is the weather in Paris?", tools: { weather }, toolChoice: "required", maxOutputTokens: 120, stopWhen: stepCountIs(1) });
assert((await streamed.toolCalls).length > 0);

const place = await generateText({ ...common, prompt: "Where is the Eiffel Tower?", maxOutputTokens: 120, output: Output.object({ schema: z.object({ city: z.string().max(20), capital: z.boolean() }) }) });
assert.equal(typeof place.output.capital, "boolean");

const { embeddings } = await embedMany({ model: corral.embeddingModel("corral"), values: ["hello", "world"] });
assert.equal(embeddings.length, 2);

const stop = new AbortController();
await assert.rejects(async () => {
  const endless = streamText({ ...common, prompt, maxOutputTokens: 2000, abortSignal: stop.signal, onError: () => {}, onAbort: () => {} });
  for await (const _ of endless.textStream) stop.abort();
  throw new Error("ended");
});
console.log("ai with @ai-sdk/openai-compatible: fine");
