// Methods of Python's list and dict. Changing ones included: some templates use them, though Jinja's immutable sandbox refuses.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/printing.h"

#include <algorithm>

namespace corral::text::jinja {

namespace {

// The list, registered as one that changes.
List& changing(Runtime& runtime, const Value& self)
{
    if (self.list()->tuple) fault("a tuple cannot be changed");
    runtime.willChange(*self.as<ListPtr>());
    return *self.list();
}

Dict& changingDict(Runtime& runtime, const Value& self)
{
    runtime.willChange(*self.as<DictPtr>());
    return *self.dict();
}

void checkDepth(unsigned depth)
{
    if (depth > kMaxNesting) fault("lists nested more than {} deep", kMaxNesting);
}

std::ptrdiff_t position(const List& list, std::int64_t index, bool end)
{
    const auto size = static_cast<std::int64_t>(list.items.size());
    const auto at = index < 0 ? index + size : index;
    if (end) return static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(at, 0, size));
    if (at < 0 || at >= size) fault("no item {} in a list of {}", index, size);
    return static_cast<std::ptrdiff_t>(at);
}

Value append(Runtime& runtime, const Value& self, const Bound& args)
{
    List& list = changing(runtime, self);
    const Value item = *args[0];
    list.depth = std::max(list.depth, nesting(item) + 1);
    checkDepth(list.depth);
    list.items.push_back(item);
    return None{};
}

Value extend(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto more = itemsOf(runtime, *args[0]);
    List& list = changing(runtime, self);
    for (const Value& item : more) list.depth = std::max(list.depth, nesting(item) + 1);
    checkDepth(list.depth);
    list.items.insert(list.items.end(), more.begin(), more.end());
    return None{};
}

Value insert(Runtime& runtime, const Value& self, const Bound& args)
{
    List& list = changing(runtime, self);
    runtime.spendSteps(list.items.size() / 64);
    list.depth = std::max(list.depth, nesting(*args[1]) + 1);
    checkDepth(list.depth);
    list.items.insert(list.items.begin() + position(list, args.integer(0, 0), true), *args[1]);
    return None{};
}

Value pop(Runtime& runtime, const Value& self, const Bound& args)
{
    List& list = changing(runtime, self);
    runtime.spendSteps(list.items.size() / 64);
    const auto at = list.items.begin() + position(list, args.integer(0, -1), false);
    Value item = std::move(*at);
    list.items.erase(at);
    return item;
}

Value remove(Runtime& runtime, const Value& self, const Bound& args)
{
    List& list = changing(runtime, self);
    const auto at = std::ranges::find_if(list.items, [&](const Value& item) { return runtime.equals(item, *args[0]); });
    if (at == list.items.end()) fault("remove: no such item");
    const Value gone = std::move(*at); // outlives the erase
    list.items.erase(at);
    return None{};
}

Value clear(Runtime& runtime, const Value& self, const Bound&)
{
    const auto gone = std::exchange(changing(runtime, self).items, {});
    return None{};
}

Value reverse(Runtime& runtime, const Value& self, const Bound&)
{
    List& list = changing(runtime, self);
    runtime.spendSteps(list.items.size() / 8);
    std::ranges::reverse(list.items);
    return None{};
}

Value copy(Runtime& runtime, const Value& self, const Bound&) { return runtime.list(self.list()->items, self.list()->tuple); }

Value index(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto& items = self.list()->items;
    const auto at = std::ranges::find_if(items, [&](const Value& item) { return runtime.equals(item, *args[0]); });
    if (at == items.end()) fault("{} is not in the list", repr(runtime, *args[0]));
    return static_cast<std::int64_t>(at - items.begin());
}

Value count(Runtime& runtime, const Value& self, const Bound& args)
{
    return static_cast<std::int64_t>(
        std::ranges::count_if(self.list()->items, [&](const Value& item) { return runtime.equals(item, *args[0]); }));
}

Value get(Runtime&, const Value& self, const Bound& args)
{
    const Value* found = self.dict()->find(*args[0]);
    return found ? *found : args[1] ? *args[1] : Value(None{});
}

Value keys(Runtime& runtime, const Value& self, const Bound&)
{
    std::vector<Value> out;
    for (const auto& [key, value] : self.dict()->entries()) out.push_back(key);
    return runtime.list(std::move(out));
}

Value values(Runtime& runtime, const Value& self, const Bound&)
{
    std::vector<Value> out;
    for (const auto& [key, value] : self.dict()->entries()) out.push_back(value);
    return runtime.list(std::move(out));
}

Value items(Runtime& runtime, const Value& self, const Bound&)
{
    std::vector<Value> out;
    out.reserve(self.dict()->size());
    for (const auto& [key, value] : self.dict()->entries()) out.push_back(runtime.list({key, value}, true));
    return runtime.list(std::move(out));
}

void put(Runtime& runtime, Dict& dict, const Value& key, const Value& value)
{
    runtime.spendBytes(sizeof(Dict::Entry) * 2);
    checkDepth(std::max(nesting(key), nesting(value)) + 1);
    dict.set(key, value);
}

Value update(Runtime& runtime, const Value& self, const Bound& args)
{
    Dict& dict = changingDict(runtime, self);
    if (!args.all.positional.empty()) {
        const Value& more = args.all.positional[0];
        if (!more.dict()) fault("update needs an object, not {}", typeName(more));
        const auto entries = more.dict()->entries(); // a copy: it may be this very object
        for (const auto& [key, value] : entries) put(runtime, dict, key, value);
    }
    for (const auto& [name, value] : args.all.named) put(runtime, dict, runtime.text(std::string(name)), value);
    return None{};
}

Value setDefault(Runtime& runtime, const Value& self, const Bound& args)
{
    if (const Value* found = self.dict()->find(*args[0])) return *found;
    const Value value = args[1] ? *args[1] : Value(None{});
    put(runtime, changingDict(runtime, self), *args[0], value);
    return value;
}

Value take(Runtime& runtime, const Value& self, const Bound& args)
{
    const Value* found = self.dict()->find(*args[0]);
    if (!found && !args[1]) fault("pop: no {} in the object", repr(runtime, *args[0]));
    Value value = found ? *found : *args[1];
    if (found) {
        runtime.spendSteps(self.dict()->size());
        changingDict(runtime, self).erase(*args[0]);
    }
    return value;
}

Value clearDict(Runtime& runtime, const Value& self, const Bound&)
{
    const auto gone = changingDict(runtime, self).take();
    return None{};
}

Value copyDict(Runtime& runtime, const Value& self, const Bound&)
{
    Dict all;
    for (const auto& [key, value] : self.dict()->entries()) all.set(key, value);
    return runtime.dict(std::move(all));
}

constexpr Builtin kListTable[] = {
    {"append", {"item"}, append, 1},
    {"extend", {"items"}, extend, 1},
    {"insert", {"index", "item"}, insert, 2},
    {"pop", {"index"}, pop},
    {"remove", {"item"}, remove, 1},
    {"clear", {}, clear},
    {"reverse", {}, reverse},
    {"copy", {}, copy},
    {"index", {"item"}, index, 1},
    {"count", {"item"}, count, 1},
};

constexpr Builtin kDictTable[] = {
    {"get", {"key", "default"}, get, 1},
    {"keys", {}, keys},
    {"values", {}, values},
    {"items", {}, items},
    {"update", {"*"}, update},
    {"setdefault", {"key", "default"}, setDefault, 1},
    {"pop", {"key", "default"}, take, 1},
    {"clear", {}, clearDict},
    {"copy", {}, copyDict},
};

} // namespace

Table listMethods() { return kListTable; }
Table dictMethods() { return kDictTable; }

} // namespace corral::text::jinja
