#include "core/generate/scheduler.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace corral::generate {

namespace {

// Prompt tokens in a step beside answers that are being written: these come to a halt for as long as the prompt takes.
constexpr std::size_t kPromptBesideAnswers = 128;

std::size_t commonPrefix(std::span<const Token> a, std::span<const Token> b) { return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin()); }

} // namespace

Scheduler::Scheduler(std::unique_ptr<Sequences> sequences, std::shared_ptr<const text::Tokenizer> tokenizer, double similarity)
    : m_sequences(std::move(sequences)), m_tokenizer(std::move(tokenizer)), m_vocabulary(vocabularyOf(m_tokenizer, m_sequences->model().vocabularySize())),
      m_similarity(similarity), m_slots(static_cast<std::size_t>(m_sequences->count())), m_next(m_slots.size())
{
    m_additions.reserve(m_slots.size());
}

Scheduler::~Scheduler() = default;

void Scheduler::submit(TaskId id, Task task)
{
    auto answer = Answer::begin(task.prompt, std::move(task.options), std::move(task.callbacks), m_tokenizer, m_vocabulary, m_sequences->contextLength());
    if (task.slot >= m_sequences->count()) answer = fail(ErrorCode::InvalidArgument, "there is no slot {}: they are numbered 0 to {}", task.slot, m_sequences->count() - 1);
    if (!answer) return task.onEnd(id, std::unexpected(answer.error()));
    m_waiting.push_back({.id = id, .task = std::move(task), .answer = std::move(*answer)});
    fillSlots();
}

void Scheduler::cancel(TaskId id)
{
    for (Slot& slot : m_slots)
        if (slot.work.id == id && id != 0) {
            end(slot, slot.work.answer->finish(FinishReason::Cancelled));
            return fillSlots();
        }
    const auto waiting = std::ranges::find(m_waiting, id, &Waiting::id);
    if (waiting == m_waiting.end()) return;
    Waiting work = std::move(*waiting);
    m_waiting.erase(waiting);
    work.task.onEnd(id, work.answer->finish(FinishReason::Cancelled));
}

bool Scheduler::endReasoning(TaskId id)
{
    const auto slot = std::ranges::find_if(m_slots, [&](const Slot& s) { return s.work.id == id && id != 0; });
    if (slot == m_slots.end()) return false;
    slot->work.answer->endReasoning();
    return true;
}

void Scheduler::whenFree(int slot, std::function<void()> job)
{
    Slot& wanted = m_slots[static_cast<std::size_t>(slot)];
    if (wanted.work.id == 0) job();
    else wanted.jobs.push_back(std::move(job));
}

Result<SlotContents> Scheduler::take(int slot) const
{
    const Slot& taken = m_slots[static_cast<std::size_t>(slot)];
    assert(taken.work.id == 0);
    return SlotContents::take(*m_sequences, slot, taken.cached);
}

Result<void> Scheduler::give(int slot, const SlotContents& contents)
{
    Slot& given = m_slots[static_cast<std::size_t>(slot)];
    assert(given.work.id == 0);
    auto done = contents.give(*m_sequences, slot);
    given.cached = done ? contents.tokens() : std::vector<Token>();
    given.lastUsed = ++m_uses;
    return done;
}

int Scheduler::erase(int slot)
{
    Slot& erased = m_slots[static_cast<std::size_t>(slot)];
    const int held = static_cast<int>(erased.cached.size());
    forget(erased);
    return held;
}

void Scheduler::failAll(const Error& error)
{
    for (Waiting& waiting : std::exchange(m_waiting, {})) waiting.task.onEnd(waiting.id, std::unexpected(error));
    for (Slot& slot : m_slots)
        if (slot.work.id != 0) end(slot, std::unexpected(error));
}

Result<void> Scheduler::recover(const LoadWatch& watch)
{
    assert(idle());
    auto recovered = m_sequences->recover(watch);
    for (Slot& slot : m_slots) forget(slot);
    if (recovered) fillSlots();
    return recovered;
}

bool Scheduler::idle() const
{
    return std::ranges::all_of(m_slots, [](const Slot& slot) { return slot.work.id == 0; });
}

SlotState Scheduler::stateOf(const Slot& slot)
{
    SlotState state = slot.last;
    if (slot.work.id != 0) {
        const Answer& answer = *slot.work.answer;
        state = {.task = slot.work.id,
                 .lastTask = slot.work.id,
                 .promptTokens = static_cast<int>(answer.prompt().size()),
                 .promptDone = static_cast<int>(slot.done),
                 .promptCached = answer.cached(),
                 .generatedTokens = answer.generated(),
                 .wantedTokens = answer.wanted(),
                 .hasNewLine = answer.hasNewLine(),
                 .note = slot.work.task.note};
    }
    state.cachedTokens = static_cast<int>(slot.cached.size());
    return state;
}

std::vector<SlotState> Scheduler::slotStates() const
{
    std::vector<SlotState> states;
    for (const Slot& slot : m_slots) states.push_back(stateOf(slot));
    return states;
}

void Scheduler::forget(Slot& slot)
{
    slot.cached.clear();
    m_sequences->truncate(static_cast<int>(&slot - m_slots.data()), 0);
}

Scheduler::Slot* Scheduler::slotFor(const Waiting& waiting)
{
    if (waiting.task.slot >= 0) {
        Slot& slot = m_slots[static_cast<std::size_t>(waiting.task.slot)];
        return slot.work.id == 0 ? &slot : nullptr;
    }
    Slot *alike = nullptr, *rested = nullptr;
    std::size_t most = 0;
    const std::vector<Token>& prompt = waiting.answer->prompt();
    for (Slot& slot : m_slots) {
        if (slot.work.id != 0) continue;
        if (!rested || slot.lastUsed < rested->lastUsed) rested = &slot;
        const std::size_t common = commonPrefix(slot.cached, prompt);
        if (common > most) {
            most = common;
            alike = &slot;
        }
    }
    return alike && m_similarity > 0 && static_cast<double>(most) > m_similarity * static_cast<double>(prompt.size()) ? alike : rested;
}

void Scheduler::fillSlots()
{
    if (lost()) return;
    for (auto waiting = m_waiting.begin(); waiting != m_waiting.end();) {
        if (Slot* slot = slotFor(*waiting)) {
            begin(*slot, std::move(*waiting));
            waiting = m_waiting.erase(waiting);
        } else {
            ++waiting; // one that wants a certain slot holds nobody up
        }
    }
}

void Scheduler::begin(Slot& slot, Waiting waiting)
{
    const int number = static_cast<int>(&slot - m_slots.data());
    slot.work = std::move(waiting);
    slot.lastUsed = ++m_uses;
    const std::vector<Token>& prompt = slot.work.answer->prompt();
    std::size_t common = 0;
    if (slot.work.task.reuse) {
        common = commonPrefix(slot.cached, prompt);
        // Another slot may hold more of it, one that works included: copying is cheaper than computing.
        const Slot* source = nullptr;
        for (const Slot& other : m_slots) {
            const std::size_t there = commonPrefix(other.cached, prompt);
            if (there > common) {
                common = there;
                source = &other;
            }
        }
        if (source) {
            m_sequences->copy(static_cast<int>(source - m_slots.data()), number, static_cast<int>(common));
            slot.cached.assign(prompt.begin(), prompt.begin() + static_cast<std::ptrdiff_t>(common));
        }
    }
    slot.done = std::min(common, prompt.size() - 1); // the last token is always computed: its logits are wanted
    slot.cached.resize(slot.done);
    m_sequences->truncate(number, static_cast<int>(slot.done));
    slot.work.answer->promptBegins(static_cast<int>(slot.done));
}

void Scheduler::end(Slot& slot, Result<Outcome> outcome)
{
    slot.last = stateOf(slot);
    slot.last.task = 0;
    Waiting work = std::exchange(slot.work, {});
    slot.lastUsed = ++m_uses;
    if (outcome) outcome->slot = static_cast<int>(&slot - m_slots.data());
    if (!outcome) forget(slot); // it may hold what is no number
    work.task.onEnd(work.id, std::move(outcome));
    for (const auto& job : std::exchange(slot.jobs, {})) job();
}

// The next token of each answer.
void Scheduler::gatherAnswers()
{
    m_additions.clear();
    for (std::size_t i = 0; i < m_slots.size(); ++i)
        if (m_slots[i].writes()) {
            m_next[i] = m_slots[i].work.answer->next();
            m_additions.push_back({.sequence = static_cast<int>(i), .tokens = {&m_next[i], 1}});
        }
}

// Pieces of the prompts that have come.
void Scheduler::gatherPrompts()
{
    m_additions.clear();
    auto room = static_cast<std::size_t>(m_sequences->batch());
    if (std::ranges::any_of(m_slots, &Slot::writes)) room = std::min(room, kPromptBesideAnswers);
    const std::size_t first = m_turn;
    for (std::size_t k = 0; k < m_slots.size() && room > 0; ++k) {
        const std::size_t i = (first + k) % m_slots.size();
        const Slot& slot = m_slots[i];
        if (slot.work.id == 0 || slot.writes()) continue;
        const auto rest = std::span(slot.work.answer->prompt()).subspan(slot.done);
        const auto piece = rest.first(std::min(rest.size(), room));
        m_additions.push_back({.sequence = static_cast<int>(i), .tokens = piece, .logits = piece.size() == rest.size()});
        room -= piece.size();
        m_turn = (i + 1) % m_slots.size(); // prompts take turns: a short one does not wait for all of a long one
    }
}

void Scheduler::compute(backend::Way way)
{
    if (m_additions.empty()) return;
    const auto rows = m_sequences->step(m_additions, m_sequences->count() > 1 ? way : backend::Way::Fastest);
    if (!rows && lost()) { // with what all of them had in their caches
        for (Slot& slot : m_slots)
            if (slot.work.id != 0) end(slot, std::unexpected(rows.error()));
        return;
    }
    const auto width = static_cast<std::size_t>(m_sequences->model().vocabularySize());
    std::size_t row = 0;
    for (const Sequences::Addition& addition : m_additions) {
        Slot& slot = m_slots[static_cast<std::size_t>(addition.sequence)];
        if (!rows) {
            end(slot, std::unexpected(rows.error()));
            continue;
        }
        const bool wrote = slot.writes();
        slot.cached.insert(slot.cached.end(), addition.tokens.begin(), addition.tokens.end());
        if (!wrote) {
            slot.done += addition.tokens.size();
            slot.work.answer->promptAdvanced(static_cast<int>(slot.done));
        }
        if (!addition.logits) continue;
        const auto ended = slot.work.answer->choose(rows->subspan(row++ * width, width));
        if (!ended) end(slot, std::unexpected(ended.error()));
        else if (*ended) end(slot, slot.work.answer->finish(**ended));
    }
}

// Answers and prompts are not computed together, and each always in the same way: what an answer says should not depend on who else is being answered,
// nor on how much of its prompt a cache held (way.h says how far that goes).
void Scheduler::step()
{
    gatherAnswers();
    compute(backend::Way::AsFew);
    gatherPrompts();
    compute(backend::Way::AsMany);
    fillSlots();
}

} // namespace corral::generate
