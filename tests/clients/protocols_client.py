#!/usr/bin/env python3
"""protocols_client.py ADDRESS: chats in other protocols' words: the official `anthropic` package, and OpenAI's Responses."""
import json, sys

import anthropic
import openai

address = sys.argv[1]


def check(what, holds, seen=None):
    if not holds:
        sys.exit(f"protocols_client: {what}: {seen!r}")


PARAMETERS = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris", "Oslo"]}}, "required": ["city"], "additionalProperties": False}
QUESTION = [{"role": "user", "content": "What is the capital of France?"}]

client = anthropic.Anthropic(base_url=address, api_key="none")
# Afterwards the prompt comes out of the cache each time, and answers at temperature 0 are the same.
client.messages.create(model="any", max_tokens=1, system="You answer briefly.", messages=QUESTION)
message = client.messages.create(model="any", max_tokens=20, extra_body={"temperature": 0}, system="You answer briefly.", messages=QUESTION)
check("a message", message.type == "message" and message.content[0].type == "text" and message.content[0].text, message)
check("its usage", message.usage.input_tokens + message.usage.cache_read_input_tokens > 10 and 0 < message.usage.output_tokens <= 20, message.usage)
with client.messages.stream(model="any", max_tokens=20, extra_body={"temperature": 0}, system="You answer briefly.", messages=QUESTION) as stream:
    pieces = list(stream.text_stream)
    final = stream.get_final_message()
check("a stream in pieces", len(pieces) > 1 and "".join(pieces) == message.content[0].text == final.content[0].text, pieces)
counted = client.messages.count_tokens(model="any", system="You answer briefly.", messages=QUESTION)
check("counted tokens", counted.input_tokens == message.usage.input_tokens + message.usage.cache_read_input_tokens, counted)
tool = {"name": "weather", "description": "The weather in a city.", "input_schema": PARAMETERS}
with client.messages.stream(model="any", max_tokens=100, tools=[tool], tool_choice={"type": "tool", "name": "weather", "disable_parallel_tool_use": True},
                            messages=[{"role": "user", "content": "How is the weather in Paris?"}]) as stream:
    called = stream.get_final_message()
check("a tool", called.stop_reason == "tool_use" and called.content[-1].name == "weather" and called.content[-1].input["city"] in ("Paris", "Oslo"), called)
later = client.messages.create(model="any", max_tokens=10, tools=[tool], messages=[
    {"role": "user", "content": "How is the weather in Paris?"}, {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in called.content]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": called.content[-1].id, "content": "sunny"}]}])
check("what the tool said goes on", later.usage.output_tokens > 0, later)
try:
    client.messages.create(model="any", max_tokens=10, messages=[])
    sys.exit("protocols_client: no messages are an error")
except anthropic.BadRequestError as error:
    check("an error in Anthropic's shape", error.body["type"] == "error" and error.body["error"]["type"] == "invalid_request_error", error.body)

client = openai.OpenAI(base_url=address + "/v1", api_key="none")
response = client.responses.create(model="any", instructions="You answer briefly.", input=QUESTION, max_output_tokens=20, temperature=0)
check("a response", response.output_text == message.content[0].text and response.usage.output_tokens > 0, response)
with client.responses.stream(model="any", instructions="You answer briefly.", input=QUESTION, max_output_tokens=20, temperature=0) as stream:
    kinds = [event.type for event in stream]
    final = stream.get_final_response()
check("its stream", kinds[0] == "response.created" and kinds[-1] == "response.completed" and kinds.count("response.output_text.delta") > 1, kinds)
check("the same text", final.output_text == response.output_text, final)
held = client.responses.create(model="any", input="The capital of France, as JSON.", max_output_tokens=60,
                               text={"format": {"type": "json_schema", "name": "city", "schema": PARAMETERS, "strict": True}})
check("a schema", json.loads(held.output_text)["city"] in ("Paris", "Oslo"), held.output_text)
function = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": True}
response = client.responses.create(model="any", input="How is the weather in Paris?", tools=[function], tool_choice="required", parallel_tool_calls=False, max_output_tokens=100)
made = response.output[-1]
check("a function call", made.type == "function_call" and json.loads(made.arguments)["city"] in ("Paris", "Oslo"), response)
later = client.responses.create(model="any", tools=[function], max_output_tokens=10, input=[
    {"role": "user", "content": "How is the weather in Paris?"}, made.model_dump(exclude_none=True), {"type": "function_call_output", "call_id": made.call_id, "output": "sunny"}])
check("its output goes on", later.usage.output_tokens > 0, later)
print("anthropic", anthropic.__version__, "and the Responses of openai", openai.__version__, "are content")
