#include "app/server/api/call.h"

namespace corral::server {

namespace {

// Status and a chat box: for a look, not a web app. Everything that comes from the model is set as text, never as markup.
constexpr std::string_view kPage = R"page(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Corral</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
#log > div { white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0; padding: .5rem .75rem; border-radius: .5rem }
#log > .user { background: color-mix(in srgb, CanvasText 10%, Canvas); margin-left: 4rem }
form { display: flex; gap: .5rem } textarea { flex: 1; font: inherit; padding: .5rem; border-radius: .5rem } button { font: inherit; padding: 0 1rem }
#status, #problem { font-size: .875rem; opacity: .8 } #problem { color: #c0392b }
</style></head><body>
<h1>Corral</h1><p id="status" role="status">…</p><div id="log" aria-live="polite"></div><p id="problem" role="alert"></p>
<form id="ask"><textarea id="text" rows="2" aria-label="Message" placeholder="Message" autofocus></textarea><button id="send">Send</button></form>
<script>
const at = id => document.getElementById(id), messages = [];
const base = location.pathname.replace(/\/$/, "");
let key = "", running = null;
const ask = async (path, more = {}) => {
  const headers = key ? { Authorization: "Bearer " + key } : {};
  const answer = await fetch(base + path, { ...more, headers });
  if (answer.status === 401 && !more.asked && (key = prompt("API key") || "")) return ask(path, { ...more, asked: true });
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  return answer;
};
const show = (who, text) => { const line = document.createElement("div"); line.className = who; line.textContent = text; at("log").append(line); return line; };
ask("/props").then(r => r.json()).then(p => at("status").textContent = `${p.model_alias} · ${p.total_slots} slots of ${p.default_generation_settings.n_ctx} tokens`)
  .catch(e => at("status").textContent = e.message);
at("text").onkeydown = e => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); at("ask").requestSubmit(); } };
at("ask").onsubmit = async e => {
  e.preventDefault();
  if (running) return running.abort();
  const text = at("text").value.trim();
  if (!text) return;
  at("text").value = at("problem").textContent = "";
  messages.push({ role: "user", content: text });
  show("user", text);
  const line = show("assistant", "");
  running = new AbortController();
  at("send").textContent = "Stop";
  try {
    const answer = await ask("/v1/chat/completions", { method: "POST", signal: running.signal, body: JSON.stringify({ messages, stream: true }) });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = "", part; !(part = await reader.read()).done;) {
      const events = (rest + part.value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        if (!event.startsWith("data: {")) continue;
        const data = JSON.parse(event.slice(6));
        if (data.error) throw new Error(data.error.message);
        line.textContent += data.choices[0]?.delta?.content ?? "";
      }
    }
  } catch (e) {
    if (e.name !== "AbortError") at("problem").textContent = e.message;
  }
  messages.push({ role: "assistant", content: line.textContent });
  running = null;
  at("send").textContent = "Send";
};
</script></body></html>
)page";

} // namespace

Answered page(const Call& call)
{
    if (!call.options.page) return std::unexpected(ApiError{404, "not_found_error", "File Not Found"});
    call.reply->send(200, std::string(kPage), "text/html; charset=utf-8");
    return {};
}

} // namespace corral::server
