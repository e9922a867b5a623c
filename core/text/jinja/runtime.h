#pragma once
// What a builtin may ask of the rendering it runs in: its budget of time and memory, calls back into the template, the clock.
#include "core/text/jinja/limits.h"
#include "core/text/jinja/value.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::text::jinja {

struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string_view, Value>> named;
};

inline constexpr std::size_t kMaxParameters = 5;

struct Bound { // arguments by parameter; null where not given
    std::array<const Value*, kMaxParameters> at{};
    const Arguments& all;

    const Value* operator[](std::size_t i) const { return at[i]; }
    // The argument converted, or `otherwise` where it was not given (none counts as not given); a Fault naming it when of another kind.
    std::int64_t integer(std::size_t i, std::int64_t otherwise) const;
    bool flag(std::size_t i, bool otherwise) const;
    std::string text(std::size_t i, std::string otherwise) const;
};

class Runtime {
public:
    Runtime(const Limits& limits, std::uint64_t inputBytes, std::optional<std::int64_t> now);
    virtual ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    void spendSteps(std::uint64_t count)
    {
        if (count > m_stepsLeft) outOfSteps();
        m_stepsLeft -= count;
    }
    void needBytes(std::uint64_t count) const // fails early, before a large text is made
    {
        if (count > m_bytesLeft) outOfBytes();
    }
    void spendBytes(std::uint64_t count)
    {
        needBytes(count);
        m_bytesLeft -= count;
        spendSteps(count / 256);
    }
    std::uint64_t bytesLeft() const { return m_bytesLeft; }

    Value text(std::string text); // these three count what they make
    Value list(std::vector<Value> items, bool tuple = false);
    Value dict(Dict entries);
    Value space(Dict attributes); // a namespace

    // Before a container is changed in place: from then on it lives until the rendering ends, so that rings of containers are freed
    // and taking a chain of them down does not recurse.
    void willChange(const ListPtr& list);
    void willChange(const DictPtr& dict);

    bool equals(const Value& a, const Value& b);
    bool less(const Value& a, const Value& b); // faults where Python's < does

    virtual Value call(const Value& callee, const Arguments& args) = 0;
    Value filter(std::string_view name, const Value& input, const Arguments& args); // for map('name', …)
    bool test(std::string_view name, const Value& input, const Arguments& args);
    std::optional<std::int64_t> now() const { return m_now; }

private:
    [[noreturn]] static void outOfSteps();
    [[noreturn]] static void outOfBytes();
    std::uint64_t m_stepsLeft, m_bytesLeft;
    std::optional<std::int64_t> m_now;
    std::vector<ListPtr> m_lists;
    std::vector<DictPtr> m_dicts;
    std::vector<NamespacePtr> m_spaces;
};

// The items a `for` would see: of lists and tuples, the keys of an object, the characters of a text, nothing for undefined.
std::vector<Value> itemsOf(Runtime& runtime, const Value& value);

// object.name and object[key] without the methods; undefined when there is none, a Fault when `object` is undefined.
Value attribute(Runtime& runtime, const Value& object, const std::string& name);
Value item(Runtime& runtime, const Value& object, const Value& key);
// "a.b.0" as the attribute argument of filters
Value attributePath(Runtime& runtime, const Value& object, const Value& path);

} // namespace corral::text::jinja
