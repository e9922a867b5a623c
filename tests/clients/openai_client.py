#!/usr/bin/env python3
"""The official Python package against a running server: chat, streaming, tools, JSON schema, embeddings, models, errors.

    openai_client.py http://127.0.0.1:8080"""
import json, sys
import openai

client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0)
messages = [{"role": "user", "content": "Count from one to ten."}]

# The same question once before: afterwards the prompt comes out of the cache each time, and answers at temperature 0 are the same.
client.chat.completions.create(model="corral", messages=messages, max_tokens=1)

assert client.models.list().data[0].id, "a model"

chat = client.chat.completions.create(model="corral", messages=messages, max_tokens=24, temperature=0)
assert chat.choices[0].message.content, chat
assert chat.choices[0].finish_reason in ("stop", "length") and chat.usage.completion_tokens > 0

text, usage = "", None
for chunk in client.chat.completions.create(model="corral", messages=messages, max_tokens=24, temperature=0, stream=True, stream_options={"include_usage": True}):
    if chunk.choices:
        text += chunk.choices[0].delta.content or ""
    usage = chunk.usage or usage
assert text == chat.choices[0].message.content, (text, chat)
assert usage.completion_tokens == chat.usage.completion_tokens

two = client.chat.completions.create(model="corral", messages=messages, max_tokens=4, n=2, logprobs=True, top_logprobs=3, seed=1)
assert len(two.choices) == 2 and len(two.choices[0].logprobs.content[0].top_logprobs) == 3

schema = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}, "capital": {"type": "boolean"}}, "required": ["city", "capital"], "additionalProperties": False}
held = client.chat.completions.create(model="corral", messages=messages, max_tokens=120, response_format={"type": "json_schema", "json_schema": {"name": "place", "schema": schema, "strict": True}})
place = json.loads(held.choices[0].message.content)
assert set(place) == {"city", "capital"} and isinstance(place["capital"], bool), place

completion = client.completions.create(model="corral", prompt="Once upon a time", max_tokens=8, stop=["\n"])
assert completion.choices[0].text and completion.object == "text_completion"

tools = [{"type": "function", "function": {"name": "weather", "description": "the weather of a city", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]
try:
    called = client.chat.completions.create(model="corral", messages=messages, tools=tools, tool_choice="required", max_tokens=120)
    call = called.choices[0].message.tool_calls[0]
    assert call.function.name == "weather" and "city" in json.loads(call.function.arguments)
    print("tools: called")
except openai.BadRequestError as error:  # a model whose template knows no tools says so
    assert "tools" in str(error), error
    print("tools: this model's template has none")

try:
    vectors = client.embeddings.create(model="corral", input=["hello", "world"]).data
    assert len(vectors) == 2 and abs(sum(x * x for x in vectors[0].embedding) - 1) < 1e-3
    print("embeddings:", len(vectors[0].embedding), "values")
except openai.InternalServerError as error:  # 501: the server was started without --embedding
    print("embeddings: off")

for wrong in ({"messages": []}, {"messages": messages, "temperature": "hot"}):
    try:
        client.chat.completions.create(model="corral", **wrong)
        raise AssertionError("accepted")
    except openai.BadRequestError:
        pass
print("openai", openai.__version__, "for Python: fine")
