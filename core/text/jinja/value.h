#pragma once
// What a template computes with: Python's values as far as templates see them. Containers are shared by reference, as in Python.
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace corral::text::jinja {

class Value;
class Dict;
struct Builtin;
struct List;
struct Loop;
struct Macro;
struct Namespace;
using ListPtr = std::shared_ptr<List>;
using DictPtr = std::shared_ptr<Dict>;
using NamespacePtr = std::shared_ptr<Namespace>;
using MacroPtr = std::shared_ptr<Macro>;
using LoopPtr = std::shared_ptr<Loop>;
using TextPtr = std::shared_ptr<const std::string>;

struct Undefined {
    const std::string* name = nullptr;
}; // the missing name, owned by the program
struct None {};
struct Method {}; // a method that was named but not called: it exists, and that is all it can say

class Value {
public:
    using Data = std::variant<Undefined, None, bool, std::int64_t, double, TextPtr, ListPtr, DictPtr, NamespacePtr, MacroPtr, LoopPtr,
                              const Builtin*, Method>;
    Value() = default; // undefined
    explicit Value(std::string text) : m_data(std::make_shared<const std::string>(std::move(text))) {}
    template <class T>
        requires(std::same_as<T, None> || std::same_as<T, Undefined> || std::same_as<T, bool> || std::same_as<T, std::int64_t> ||
                 std::same_as<T, double> || std::same_as<T, TextPtr> || std::same_as<T, ListPtr> || std::same_as<T, DictPtr> ||
                 std::same_as<T, NamespacePtr> || std::same_as<T, MacroPtr> || std::same_as<T, LoopPtr> ||
                 std::same_as<T, const Builtin*> || std::same_as<T, Method>)
    Value(T data) : m_data(std::move(data))
    {
    }

    template <class T> const T* as() const { return std::get_if<T>(&m_data); }
    template <class T> bool is() const { return std::holds_alternative<T>(m_data); }
    bool isUndefined() const { return is<Undefined>(); }
    bool isNone() const { return is<None>(); }
    bool isNumber() const { return is<bool>() || is<std::int64_t>() || is<double>(); }
    const std::string* text() const { return is<TextPtr>() ? std::get<TextPtr>(m_data).get() : nullptr; }
    List* list() const { return is<ListPtr>() ? std::get<ListPtr>(m_data).get() : nullptr; }
    Dict* dict() const { return is<DictPtr>() ? std::get<DictPtr>(m_data).get() : nullptr; }
    std::optional<std::int64_t> integer() const; // int or bool
    std::optional<double> number() const;        // int, bool or float
    const Data& data() const { return m_data; }

private:
    Data m_data;
};

struct List {
    std::vector<Value> items;
    bool tuple = false;
    bool changed = false; // known to Runtime::mutated
    unsigned depth = 1;   // 1 + the deepest item's
};

// Keeps the order of insertion. Keys: everything hashable (text, number, bool, none, tuple).
class Dict {
public:
    using Entry = std::pair<Value, Value>;
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;
    void set(Value key, Value value);
    bool erase(const Value& key);
    const std::vector<Entry>& entries() const { return m_entries; }
    std::vector<Entry> take()
    {
        m_index.clear();
        return std::move(m_entries);
    }
    std::size_t size() const { return m_entries.size(); }
    unsigned depth = 1;
    bool changed = false;

private:
    std::size_t position(const Value& key) const;
    std::size_t position(std::string_view key) const;
    void indexAll();
    std::vector<Entry> m_entries;
    std::unordered_multimap<std::size_t, std::size_t> m_index; // hash → position; empty while small
};

struct Namespace {
    Dict attributes;
};

const char* typeName(const Value& value); // Python's, for messages
bool truth(const Value& value);

// How many values a comparison may look at: shared parts make small containers large ([a, a] of [b, b] of …).
struct Work {
    std::uint64_t left;
    void spend(std::uint64_t count); // a Fault when nothing is left
};
inline constexpr std::uint64_t kKeyWork = 10'000; // for keys of objects; what templates compare goes through Runtime::equals and ::less
bool equal(const Value& a, const Value& b, Work& work, unsigned depth = 0);
bool less(const Value& a, const Value& b, Work& work, unsigned depth = 0); // faults where Python's < does
bool equal(const Value& a, const Value& b);
std::size_t hash(const Value& value); // faults for what cannot be a key
unsigned nesting(const Value& value); // 0 for scalars

// Fault when nested deeper than kMaxNesting. Runtime::list and ::dict also count the memory.
Value makeList(std::vector<Value> items, bool tuple = false);
Value makeDict(Dict entries);

} // namespace corral::text::jinja
