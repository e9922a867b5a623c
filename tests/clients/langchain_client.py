#!/usr/bin/env python3
"""LangChain's OpenAI adapter against a running server: chat, streaming, bound tools, structured output, embeddings.

    langchain_client.py http://127.0.0.1:8080"""
import sys
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

base = sys.argv[1] + "/v1"
model, longer = (ChatOpenAI(model="corral", base_url=base, api_key="none", temperature=0, max_tokens=most, max_retries=0) for most in (32, 120))

answer = model.invoke([SystemMessage("You are terse."), HumanMessage("Count from one to ten.")])
assert answer.content and answer.usage_metadata["output_tokens"] > 0, answer

streamed = "".join(chunk.content for chunk in model.stream("Count from one to ten."))
assert streamed, "nothing streamed"
assert [a.content for a in model.batch(["Say hello.", "Say goodbye."])], "a batch"


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return f"It rains in {city}."


called = longer.bind_tools([weather], tool_choice="required").invoke("What is the weather in Paris?")
call = called.tool_calls[0]
assert call["name"] == "weather" and isinstance(call["args"]["city"], str), called
told = model.bind_tools([weather]).invoke([HumanMessage("What is the weather in Paris?"), called, ToolMessage(weather.invoke(call).content, tool_call_id=call["id"])])
assert isinstance(told, AIMessage), told


class Place(BaseModel):
    city: str = Field(max_length=20)
    capital: bool


place = longer.with_structured_output(Place, method="json_schema").invoke("Where is the Eiffel Tower?")
assert isinstance(place, Place), place

vectors = OpenAIEmbeddings(model="corral", base_url=base, api_key="none", check_embedding_ctx_length=False).embed_documents(["hello", "world"])
assert len(vectors) == 2 and abs(sum(x * x for x in vectors[0]) - 1) < 1e-3
print("langchain-openai: fine")
