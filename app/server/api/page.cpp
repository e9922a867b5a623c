#include "app/server/api/call.h"

namespace corral::server {

namespace {

// Status and a chat box: for a look, not a web app. Everything that comes from the model is set as text, never as markup.
constexpr std::string_view kPage = R"page(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Corral</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:">
<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='none' stroke='%23b06a2c' stroke-width='2' stroke-linecap='round' d='M3 2v12M13 2v12M1 5h14M1 11h14'/></svg>">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --faint: color-mix(in srgb, CanvasText 8%, Canvas); --edge: color-mix(in srgb, CanvasText 18%, Canvas);
        --quiet: color-mix(in srgb, CanvasText 65%, Canvas); --accent: light-dark(#1f6a9c, #6fb7e6); --onAccent: light-dark(#fff, #0b1f2c); --wrong: light-dark(#b3261e, #f2958d) }
* { box-sizing: border-box } body { margin: 0; height: 100dvh; display: flex; flex-direction: column }
header, footer > *, #log > * { width: min(48rem, 100% - 2rem); margin-inline: auto }
header { display: flex; align-items: center; gap: .25rem .75rem; padding-block: .5rem; min-height: 3.25rem }
h1 { font-size: 1.125rem; margin: 0 } #status { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .875rem; color: var(--quiet) }
main { flex: 1; overflow-y: auto; overflow-x: hidden; border-block: 1px solid var(--edge); }
@media (min-width: 40rem) { main { scrollbar-gutter: stable both-edges } }
#log { padding-block: 1rem } #log > * { margin-block: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }
#log:empty::before { content: attr(data-empty); display: block; margin-top: 25vh; text-align: center; color: var(--quiet) }
.user { padding-left: 12%; display: flex; justify-content: flex-end } .user > span { background: var(--faint); padding: .5rem .875rem; border-radius: 1rem }
.pending::after { content: "…"; color: var(--quiet) } .figures { font-size: .8125rem; color: var(--quiet) }
pre { font: .875rem/1.5 ui-monospace, monospace; background: var(--faint); margin: .5rem 0; padding: .625rem .75rem; border-radius: .5rem; overflow-x: auto; white-space: pre; overflow-wrap: normal }
details { color: var(--quiet); margin-bottom: .5rem } summary { cursor: pointer }
footer { padding-block: .625rem .875rem } #problem { color: var(--wrong); font-size: .875rem; margin-block: 0 .5rem } #problem:empty { display: none }
form { display: flex; gap: .5rem; align-items: flex-end }
textarea { flex: 1; min-width: 0; font: inherit; color: inherit; background: Canvas; border: 1px solid var(--edge); padding: .5rem .75rem; border-radius: .75rem; resize: none; max-height: 40dvh; field-sizing: content }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--edge); padding: .4rem .875rem; border-radius: .75rem; cursor: pointer } button:disabled { opacity: .5; cursor: default }
#send { font-weight: 600; padding-block: .5rem; border-color: transparent; background: var(--accent); color: var(--onAccent); min-width: 5rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px }
</style></head><body>
<header><h1>Corral</h1><span id="status" role="status">…</span><button id="anew" type="button" disabled>New chat</button></header>
<main id="view"><div id="log" aria-live="polite" data-empty="Ask the model something."></div></main>
<footer><p id="problem" role="alert"></p>
<form id="ask"><textarea id="text" rows="1" aria-label="Message" placeholder="Message" autofocus></textarea><button id="send">Send</button></form></footer>
<script>
const at = id => document.getElementById(id), base = location.pathname.replace(/\/$/, "");
let key = sessionStorage.getItem("key") || "", running = null, messages = [];
const ask = async (path, more = {}) => {
  const answer = await fetch(base + path, { ...more, headers: key ? { Authorization: "Bearer " + key } : {} });
  if (answer.status === 401 && !more.asked && (key = prompt("API key") || "")) { sessionStorage.setItem("key", key); return ask(path, { ...more, asked: true }); }
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  return answer;
};
const make = (tag, name, text = "") => { const made = document.createElement(tag); if (name) made.className = name; made.textContent = text; return made; };
const status = () => ask("/props").then(r => r.json()).then(p => {
  at("status").textContent = at("status").title = `${p.model_alias} · ${p.total_slots} slots of ${p.default_generation_settings.n_ctx} tokens`;
}).catch(e => { at("status").textContent = e.message; if (/loading/i.test(e.message)) setTimeout(status, 1000); });
status();

// Text with its code apart; the last piece may still grow.
const pieces = text => text.split(/^```/m).map((part, i, all) => i % 2 ? make("pre", "", part.replace(/^[^\n]*\n?/, "").replace(/\n$/, ""))
  : document.createTextNode((i ? part.replace(/^\n+/, "") : part).replace(i + 1 < all.length ? /\n+$/ : /$^/, "")));
const down = always => { const view = at("view"); if (always || view.scrollHeight - view.scrollTop - view.clientHeight < 80) return () => view.scrollTop = view.scrollHeight; return () => {}; };
class Line {
  text = ""; thought = ""; figures = ""; drawn = true;
  constructor() { this.element = make("div", "assistant pending"); at("log").append(this.element); }
  add(delta) {
    this.text += delta.content ?? ""; this.thought += delta.reasoning_content ?? "";
    if (this.drawn) requestAnimationFrame(() => this.draw());
    this.drawn = false;
  }
  draw() {
    const follow = down(), open = this.element.querySelector("details")?.open, thought = make("details");
    thought.open = open ?? false; thought.append(make("summary", "", "Thoughts"), this.thought);
    this.element.replaceChildren(...this.thought ? [thought] : [], ...pieces(this.text), ...this.figures ? [make("div", "figures", this.figures)] : []);
    this.drawn = true; follow();
  }
  end(figures) {
    if (figures) this.figures = `${figures.predicted_n} tokens, ${figures.predicted_per_second.toFixed(1)} per second`;
    this.element.classList.remove("pending");
    this.draw();
  }
}

at("text").onkeydown = e => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); at("ask").requestSubmit(); } };
at("anew").onclick = () => { running?.abort(); messages = []; at("log").replaceChildren(); at("problem").textContent = ""; at("anew").disabled = true; at("text").focus(); };
at("ask").onsubmit = async e => {
  e.preventDefault();
  if (running) return running.abort();
  const text = at("text").value.trim(), talk = messages;
  if (!text) return;
  at("text").value = at("problem").textContent = "";
  at("anew").disabled = false;
  const question = make("div", "user");
  question.append(make("span", "", text)); at("log").append(question);
  const line = new Line(), stop = running = new AbortController();
  down(true)();
  at("send").textContent = "Stop";
  let figures;
  talk.push({ role: "user", content: text });
  try {
    const answer = await ask("/v1/chat/completions", { method: "POST", signal: stop.signal, body: JSON.stringify({ messages: talk, stream: true }) });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = "", part; !(part = await reader.read()).done;) {
      const events = (rest + part.value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        if (!event.startsWith("data: {")) continue;
        const data = JSON.parse(event.slice(6));
        if (data.error) throw new Error(data.error.message);
        figures = data.timings ?? figures;
        line.add(data.choices[0]?.delta ?? {});
      }
    }
  } catch (e) {
    if (e.name !== "AbortError") at("problem").textContent = e.message;
  }
  line.end(figures);
  if (line.text) talk.push({ role: "assistant", content: line.text });
  else if (talk === messages) { talk.pop(); question.remove(); line.element.remove(); at("text").value ||= text; } // nothing came of it
  if (running === stop) { running = null; at("send").textContent = "Send"; }
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
