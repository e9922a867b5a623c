#include "core/text/jinja/runtime.h"

#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/loop.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <charconv>

namespace corral::text::jinja {

namespace {

// What a value costs besides its text: shared_ptr control block, string or vector header, allocator.
constexpr std::uint64_t kObjectBytes = 96;

const std::string kIndexName = "the index";

} // namespace

std::int64_t Bound::integer(std::size_t i, std::int64_t otherwise) const
{
    if (!at[i] || at[i]->isNone()) return otherwise;
    if (const auto value = at[i]->integer()) return *value;
    fault("a whole number expected, not {}", typeName(*at[i]));
}

bool Bound::flag(std::size_t i, bool otherwise) const { return at[i] ? truth(*at[i]) : otherwise; }

std::string Bound::text(std::size_t i, std::string otherwise) const
{
    if (!at[i] || at[i]->isNone()) return otherwise;
    if (const auto* value = at[i]->text()) return *value;
    fault("a string expected, not {}", typeName(*at[i]));
}

namespace {

// A limit that grows with the input up to an end.
std::uint64_t grown(std::uint64_t base, std::uint64_t perByte, std::uint64_t bytes, std::uint64_t most)
{
    return std::min(base + perByte * std::min(bytes, most), std::max(base, most));
}

} // namespace

Runtime::Runtime(const Limits& limits, std::uint64_t inputBytes, std::optional<std::int64_t> now)
    : m_stepsLeft(grown(limits.steps, limits.stepsPerInputByte, inputBytes, limits.stepsAtMost)),
      m_bytesLeft(grown(limits.bytes, limits.bytesPerInputByte, inputBytes, limits.bytesAtMost)), m_now(now)
{
}

Runtime::~Runtime()
{
    // Emptied one by one while all of them are still held: no recursion, whatever they hold.
    for (const auto& list : m_lists) list->items.clear();
    for (const auto& dict : m_dicts) dict->take();
    for (const auto& space : m_spaces) space->attributes.take();
}

void Runtime::outOfSteps() { fault("the template runs too long"); }
void Runtime::outOfBytes() { fault("the template uses too much memory"); }

Value Runtime::text(std::string text)
{
    spendBytes(text.size() + kObjectBytes);
    return Value(std::move(text));
}

Value Runtime::list(std::vector<Value> items, bool tuple)
{
    spendBytes(items.size() * sizeof(Value) + kObjectBytes);
    return makeList(std::move(items), tuple);
}

Value Runtime::dict(Dict entries)
{
    spendBytes(entries.size() * 2 * sizeof(Dict::Entry) + kObjectBytes);
    return makeDict(std::move(entries));
}

Value Runtime::space(Dict attributes)
{
    spendBytes(attributes.size() * 2 * sizeof(Dict::Entry) + kObjectBytes);
    auto space = std::make_shared<Namespace>(Namespace{std::move(attributes)});
    m_spaces.push_back(space);
    return space;
}

void Runtime::willChange(const ListPtr& list)
{
    spendBytes(sizeof(Value) * 2);
    if (std::exchange(list->changed, true)) return;
    m_lists.push_back(list);
}

void Runtime::willChange(const DictPtr& dict)
{
    spendBytes(sizeof(Dict::Entry) * 2);
    if (std::exchange(dict->changed, true)) return;
    m_dicts.push_back(dict);
}

bool Runtime::equals(const Value& a, const Value& b)
{
    Work work{m_stepsLeft};
    const bool result = equal(a, b, work);
    m_stepsLeft = work.left;
    return result;
}

bool Runtime::less(const Value& a, const Value& b)
{
    Work work{m_stepsLeft};
    const bool result = jinja::less(a, b, work);
    m_stepsLeft = work.left;
    return result;
}

Value Runtime::filter(std::string_view name, const Value& input, const Arguments& args)
{
    const auto* builtin = find(filters(), name);
    if (!builtin) fault("no filter named '{}'", name);
    return invoke(*this, *builtin, input, args);
}

bool Runtime::test(std::string_view name, const Value& input, const Arguments& args)
{
    const auto* builtin = find(tests(), name);
    if (!builtin) fault("no test named '{}'", name);
    return truth(invoke(*this, *builtin, input, args));
}

std::vector<Value> itemsOf(Runtime& runtime, const Value& value)
{
    std::vector<Value> items;
    if (const auto* list = value.list()) {
        items = list->items;
    } else if (const auto* dict = value.dict()) {
        items.reserve(dict->size());
        for (const auto& [key, unused] : dict->entries()) items.push_back(key);
    } else if (const auto* text = value.text()) {
        for (std::size_t at = 0; at < text->size();) {
            const auto from = at;
            decodeAt(*text, at);
            items.push_back(runtime.text(text->substr(from, at - from)));
        }
    } else if (!value.isUndefined()) {
        fault("'{}' cannot be looped over", typeName(value));
    }
    runtime.spendBytes(items.size() * sizeof(Value));
    return items;
}

Value attribute(Runtime& runtime, const Value& object, const std::string& name)
{
    if (const auto* dict = object.dict()) {
        if (const Value* found = dict->find(std::string_view(name))) return *found;
    } else if (const auto* space = object.as<NamespacePtr>()) {
        if (const Value* found = (*space)->attributes.find(std::string_view(name))) return *found;
    } else if (const auto* loop = object.as<LoopPtr>()) {
        return loopAttribute(runtime, **loop, name);
    } else if (const auto* missing = object.as<Undefined>()) {
        fault("'{}' is undefined, so it has no '{}'", missing->name ? *missing->name : kIndexName, name);
    }
    return Undefined{&name};
}

Value item(Runtime& runtime, const Value& object, const Value& key)
{
    if (const auto* missing = object.as<Undefined>())
        fault("'{}' is undefined, so it has no [{}]", missing->name ? *missing->name : kIndexName, repr(runtime, key));
    if (const auto* dict = object.dict()) {
        if (key.list() && !key.list()->tuple) return Undefined{};
        if (key.dict()) return Undefined{};
        if (const Value* found = dict->find(key)) return *found;
        if (const auto* name = key.text(); name && find(dictMethods(), *name)) return Method{};
        return Undefined{};
    }
    if (const auto index = key.integer()) {
        if (const auto* list = object.list()) {
            const auto size = static_cast<std::int64_t>(list->items.size());
            const auto at = *index < 0 ? *index + size : *index;
            return at >= 0 && at < size ? list->items[static_cast<std::size_t>(at)] : Value();
        }
        if (const auto* text = object.text()) {
            runtime.spendSteps(text->size() / 16);
            const auto at = *index < 0 ? *index + static_cast<std::int64_t>(characters(*text)) : *index;
            if (at < 0) return Undefined{};
            const auto from = byteOffset(*text, static_cast<std::size_t>(at));
            if (from >= text->size()) return Undefined{};
            auto to = from;
            decodeAt(*text, to);
            return runtime.text(text->substr(from, to - from));
        }
    }
    if (const auto* name = key.text()) {
        const Value found = attribute(runtime, object, *name);
        return found.isUndefined() ? Value() : found; // the name lives no longer than the key
    }
    return Undefined{};
}

Value attributePath(Runtime& runtime, const Value& object, const Value& path)
{
    if (!path.text()) return item(runtime, object, path);
    Value value = object;
    std::string_view rest = *path.text();
    while (true) {
        const auto dot = rest.find('.');
        const auto part = rest.substr(0, dot);
        std::int64_t index = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
        const bool number = !part.empty() && error == std::errc{} && end == part.data() + part.size();
        value = item(runtime, value, number ? Value(index) : runtime.text(std::string(part)));
        if (dot == std::string_view::npos) return value;
        rest.remove_prefix(dot + 1);
    }
}

} // namespace corral::text::jinja
