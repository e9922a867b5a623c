#include "core/text/jinja/value.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/limits.h"

#include <algorithm>
#include <functional>

namespace corral::text::jinja {

namespace {

constexpr std::size_t kIndexFrom = 12; // entries; below this a linear search is faster

std::size_t hashText(std::string_view text) { return std::hash<std::string_view>{}(text); }

} // namespace

std::optional<std::int64_t> Value::integer() const
{
    if (const auto* i = as<std::int64_t>()) return *i;
    if (const auto* b = as<bool>()) return *b ? 1 : 0;
    return std::nullopt;
}

std::optional<double> Value::number() const
{
    if (const auto* d = as<double>()) return *d;
    if (const auto i = integer()) return static_cast<double>(*i);
    return std::nullopt;
}

const char* typeName(const Value& value)
{
    static constexpr const char* kNames[] = {"Undefined", "NoneType",  "bool",  "int",  "float",    "str",   "list",
                                             "dict",      "Namespace", "Macro", "loop", "function", "method"};
    static_assert(std::size(kNames) == std::variant_size_v<Value::Data>);
    if (const auto* list = value.list(); list && list->tuple) return "tuple";
    return kNames[value.data().index()];
}

bool truth(const Value& value)
{
    if (value.isUndefined() || value.isNone()) return false;
    if (const auto* b = value.as<bool>()) return *b;
    if (const auto* i = value.as<std::int64_t>()) return *i != 0;
    if (const auto* d = value.as<double>()) return *d != 0;
    if (const auto* text = value.text()) return !text->empty();
    if (const auto* list = value.list()) return !list->items.empty();
    if (const auto* dict = value.dict()) return dict->size() != 0;
    return true;
}

void Work::spend(std::uint64_t count)
{
    if (count > left) fault("the values are too large to compare");
    left -= count;
}

bool equal(const Value& a, const Value& b)
{
    Work work{kKeyWork};
    return equal(a, b, work);
}

bool equal(const Value& a, const Value& b, Work& work, unsigned depth)
{
    if (depth > kMaxNesting) fault("values nested too deeply to compare");
    work.spend(1);
    if (a.isNumber() && b.isNumber()) {
        if (const auto x = a.integer(), y = b.integer(); x && y) return *x == *y;
        return *a.number() == *b.number();
    }
    if (a.data().index() != b.data().index()) return false;
    if (const auto* text = a.text()) {
        if (text == b.text()) return true;
        if (text->size() != b.text()->size()) return false;
        work.spend(text->size() / 64);
        return *text == *b.text();
    }
    if (const auto* list = a.list()) {
        const auto* other = b.list();
        if (list == other) return true;
        return list->tuple == other->tuple && std::ranges::equal(list->items, other->items, [&work, depth](const Value& x, const Value& y) {
                   return equal(x, y, work, depth + 1);
               });
    }
    if (const auto* dict = a.dict()) {
        const auto* other = b.dict();
        if (dict == other) return true;
        return dict->size() == other->size() && std::ranges::all_of(dict->entries(), [&](const Dict::Entry& entry) {
                   const Value* match = other->find(entry.first);
                   return match && equal(entry.second, *match, work, depth + 1);
               });
    }
    if (const auto* space = a.as<NamespacePtr>()) return *space == *b.as<NamespacePtr>();
    if (const auto* macro = a.as<MacroPtr>()) return *macro == *b.as<MacroPtr>();
    if (const auto* loop = a.as<LoopPtr>()) return *loop == *b.as<LoopPtr>();
    if (const auto* function = a.as<const Builtin*>()) return *function == *b.as<const Builtin*>();
    return !a.is<Method>();
}

bool less(const Value& a, const Value& b, Work& work, unsigned depth)
{
    if (depth > kMaxNesting) fault("values nested too deeply to compare");
    work.spend(1);
    if (a.isNumber() && b.isNumber()) {
        if (const auto x = a.integer(), y = b.integer(); x && y) return *x < *y;
        return *a.number() < *b.number();
    }
    if (a.text() && b.text()) {
        work.spend(std::min(a.text()->size(), b.text()->size()) / 64);
        return *a.text() < *b.text(); // UTF-8 sorts as its code points do
    }
    if (a.list() && b.list() && a.list()->tuple == b.list()->tuple) {
        const auto &x = a.list()->items, &y = b.list()->items;
        for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
            if (!equal(x[i], y[i], work, depth + 1)) return less(x[i], y[i], work, depth + 1);
        return x.size() < y.size();
    }
    fault("cannot order {} and {}", typeName(a), typeName(b));
}

namespace {

std::size_t hash(const Value& value, Work& work)
{
    work.spend(1);
    if (const auto* text = value.text()) return hashText(*text);
    if (const auto number = value.number()) return std::hash<double>{}(*number);
    if (value.isNone()) return 1;
    if (value.isUndefined()) return 3; // `table[missing]` finds nothing, and is no error
    if (const auto* list = value.list(); list && list->tuple) {
        std::size_t sum = 2;
        for (const Value& item : list->items) sum = sum * 31 + hash(item, work);
        return sum;
    }
    fault("a {} cannot be a key", typeName(value));
}

} // namespace

std::size_t hash(const Value& value)
{
    Work work{kKeyWork};
    return hash(value, work);
}

unsigned nesting(const Value& value)
{
    if (const auto* list = value.list()) return list->depth;
    if (const auto* dict = value.dict()) return dict->depth;
    return 0;
}

Value makeList(std::vector<Value> items, bool tuple)
{
    auto list = std::make_shared<List>();
    for (const Value& item : items) list->depth = std::max(list->depth, nesting(item) + 1);
    if (list->depth > kMaxNesting) fault("lists nested more than {} deep", kMaxNesting);
    list->items = std::move(items);
    list->tuple = tuple;
    return list;
}

Value makeDict(Dict entries)
{
    auto dict = std::make_shared<Dict>(std::move(entries));
    if (dict->depth > kMaxNesting) fault("objects nested more than {} deep", kMaxNesting);
    return dict;
}

std::size_t Dict::position(const Value& key) const
{
    if (const auto* text = key.text()) return position(std::string_view(*text));
    const std::size_t keyHash = hash(key); // also refuses what cannot be a key
    if (m_index.empty()) {
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            if (equal(m_entries[i].first, key)) return i;
        return m_entries.size();
    }
    const auto [from, to] = m_index.equal_range(keyHash);
    for (auto it = from; it != to; ++it)
        if (equal(m_entries[it->second].first, key)) return it->second;
    return m_entries.size();
}

std::size_t Dict::position(std::string_view key) const
{
    const auto matches = [&](std::size_t i) {
        const auto* text = m_entries[i].first.text();
        return text && *text == key;
    };
    if (m_index.empty()) {
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            if (matches(i)) return i;
        return m_entries.size();
    }
    const auto [from, to] = m_index.equal_range(hashText(key));
    for (auto it = from; it != to; ++it)
        if (matches(it->second)) return it->second;
    return m_entries.size();
}

const Value* Dict::find(const Value& key) const
{
    const auto i = position(key);
    return i < m_entries.size() ? &m_entries[i].second : nullptr;
}

const Value* Dict::find(std::string_view key) const
{
    const auto i = position(key);
    return i < m_entries.size() ? &m_entries[i].second : nullptr;
}

void Dict::indexAll()
{
    m_index.clear();
    if (m_entries.size() < kIndexFrom) return;
    for (std::size_t i = 0; i < m_entries.size(); ++i) m_index.emplace(hash(m_entries[i].first), i);
}

void Dict::set(Value key, Value value)
{
    depth = std::max({depth, nesting(key) + 1, nesting(value) + 1});
    const auto i = position(key);
    if (i < m_entries.size()) {
        m_entries[i].second = std::move(value);
        return;
    }
    m_entries.emplace_back(std::move(key), std::move(value));
    if (m_entries.size() == kIndexFrom)
        indexAll();
    else if (!m_index.empty())
        m_index.emplace(hash(m_entries.back().first), i);
}

bool Dict::erase(const Value& key)
{
    const auto i = position(key);
    if (i == m_entries.size()) return false;
    m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(i));
    indexAll();
    return true;
}

} // namespace corral::text::jinja
