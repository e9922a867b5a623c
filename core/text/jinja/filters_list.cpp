// Filters whose input is looped over.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace corral::text::jinja {

namespace {

// What a comparison looks at: the item or its attribute, capitals aside unless asked for.
Value sortKey(Runtime& runtime, const Value& item, const Value* path, bool caseSensitive)
{
    const Value value = path && !path->isNone() ? attributePath(runtime, item, *path) : item;
    return !caseSensitive && value.text() ? runtime.text(lower(*value.text())) : value;
}

struct Keyed {
    Value key, item;
};

std::vector<Keyed> keyed(Runtime& runtime, const Value& self, const Value* path, bool caseSensitive)
{
    std::vector<Keyed> all;
    for (Value& item : itemsOf(runtime, self)) {
        Value key = sortKey(runtime, item, path, caseSensitive);
        all.push_back({std::move(key), std::move(item)});
    }
    return all;
}

void sortByKey(Runtime& runtime, std::vector<Keyed>& all, bool reverse)
{
    std::ranges::stable_sort(
        all, [&](const Keyed& a, const Keyed& b) { return reverse ? runtime.less(b.key, a.key) : runtime.less(a.key, b.key); });
}

Value items(Runtime& runtime, std::vector<Keyed> all)
{
    std::vector<Value> out;
    out.reserve(all.size());
    for (Keyed& one : all) out.push_back(std::move(one.item));
    return runtime.list(std::move(out));
}

Value sort(Runtime& runtime, const Value& self, const Bound& args)
{
    auto all = keyed(runtime, self, args[2], args.flag(1, false));
    sortByKey(runtime, all, args.flag(0, false));
    return items(runtime, std::move(all));
}

Value unique(Runtime& runtime, const Value& self, const Bound& args)
{
    Dict seen;
    std::vector<Value> out;
    for (auto& [key, item] : keyed(runtime, self, args[1], args.flag(0, false))) {
        if (seen.find(key)) continue;
        runtime.spendSteps(1);
        seen.set(key, true);
        out.push_back(std::move(item));
    }
    return runtime.list(std::move(out));
}

Value groupBy(Runtime& runtime, const Value& self, const Bound& args)
{
    auto all = keyed(runtime, self, args[0], true);
    if (args[1])
        for (Keyed& one : all)
            if (one.key.isUndefined()) one.key = *args[1];
    sortByKey(runtime, all, false);
    std::vector<Value> groups;
    for (std::size_t i = 0; i < all.size();) {
        const Value key = all[i].key;
        std::vector<Value> members;
        for (; i < all.size() && runtime.equals(all[i].key, key); ++i) members.push_back(std::move(all[i].item));
        groups.push_back(runtime.list({key, runtime.list(std::move(members))}, true));
    }
    return runtime.list(std::move(groups));
}

template <bool largest> Value extreme(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto all = keyed(runtime, self, args[1], args.flag(0, false));
    const Keyed* best = nullptr;
    for (const Keyed& one : all)
        if (!best || (largest ? runtime.less(best->key, one.key) : runtime.less(one.key, best->key))) best = &one;
    return best ? best->item : Value();
}

Value sum(Runtime& runtime, const Value& self, const Bound& args)
{
    Value total = args[1] ? *args[1] : Value(std::int64_t{0});
    for (const Value& item : itemsOf(runtime, self))
        total = binary(runtime, BinaryOp::Add, total, args[0] && !args[0]->isNone() ? attributePath(runtime, item, *args[0]) : item);
    return total;
}

Value join(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string separator = args[0] ? str(runtime, *args[0]) : "";
    std::string out;
    bool first = true;
    for (const Value& item : itemsOf(runtime, self)) {
        if (!std::exchange(first, false)) out += separator;
        print(runtime, out, args[1] ? attributePath(runtime, item, *args[1]) : item);
        runtime.needBytes(out.size() + separator.size());
    }
    return runtime.text(std::move(out));
}

Value first(Runtime& runtime, const Value& self, const Bound&)
{
    if (self.list()) return self.list()->items.empty() ? Value() : self.list()->items.front();
    const auto all = itemsOf(runtime, self);
    return all.empty() ? Value() : all.front();
}

Value last(Runtime& runtime, const Value& self, const Bound&)
{
    if (self.list()) return self.list()->items.empty() ? Value() : self.list()->items.back();
    const auto all = itemsOf(runtime, self);
    return all.empty() ? Value() : all.back();
}

Value list(Runtime& runtime, const Value& self, const Bound&) { return runtime.list(itemsOf(runtime, self)); }

Value reverse(Runtime& runtime, const Value& self, const Bound&)
{
    auto all = itemsOf(runtime, self);
    std::ranges::reverse(all);
    if (!self.text()) return runtime.list(std::move(all));
    std::string out;
    for (const Value& character : all) out += *character.text();
    return runtime.text(std::move(out));
}

Value batch(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto size = args.integer(0, 0);
    if (size < 1) fault("batch needs a size of at least 1");
    std::vector<Value> rows, row;
    for (Value& item : itemsOf(runtime, self)) {
        row.push_back(std::move(item));
        if (static_cast<std::int64_t>(row.size()) == size) rows.push_back(runtime.list(std::exchange(row, {})));
    }
    if (!row.empty()) {
        if (args[1] && !args[1]->isNone()) {
            runtime.needBytes(static_cast<std::uint64_t>(size) * sizeof(Value));
            row.resize(static_cast<std::size_t>(size), *args[1]);
        }
        rows.push_back(runtime.list(std::move(row)));
    }
    return runtime.list(std::move(rows));
}

Value sliceInto(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto count = args.integer(0, 0);
    if (count < 1 || count > kMaxRange) fault("slice into {} parts", count);
    const auto all = itemsOf(runtime, self);
    const auto parts = static_cast<std::size_t>(count), each = all.size() / parts, more = all.size() % parts;
    std::vector<Value> out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto size = each + (i < more ? 1 : 0);
        std::vector<Value> part(all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(at + size));
        at += size;
        if (args[1] && !args[1]->isNone() && more && i >= more) part.push_back(*args[1]);
        out.push_back(runtime.list(std::move(part)));
    }
    return runtime.list(std::move(out));
}

Arguments from(const Arguments& args, std::size_t skip)
{
    Arguments rest;
    rest.positional.assign(args.positional.begin() + static_cast<std::ptrdiff_t>(std::min(skip, args.positional.size())),
                           args.positional.end());
    rest.named = args.named;
    return rest;
}

Value map(Runtime& runtime, const Value& self, const Bound& args)
{
    std::vector<Value> out;
    const auto named = [&](std::string_view name) -> const Value* {
        for (const auto& [key, value] : args.all.named)
            if (key == name) return &value;
        return nullptr;
    };
    if (const Value* path = named("attribute")) {
        const Value* otherwise = named("default");
        for (const Value& item : itemsOf(runtime, self)) {
            Value value = attributePath(runtime, item, *path);
            out.push_back(value.isUndefined() && otherwise ? *otherwise : std::move(value));
        }
        return runtime.list(std::move(out));
    }
    if (args.all.positional.empty() || !args.all.positional[0].text()) fault("map needs a filter's name or attribute=");
    const auto rest = from(args.all, 1);
    for (const Value& item : itemsOf(runtime, self)) {
        runtime.spendSteps(1);
        out.push_back(runtime.filter(*args.all.positional[0].text(), item, rest));
    }
    return runtime.list(std::move(out));
}

// select, reject: a test of the item; selectattr, rejectattr: of one of its attributes. Without a test: whether it is true.
template <bool wanted, bool byAttribute> Value choose(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto& given = args.all.positional;
    constexpr std::size_t kTest = byAttribute ? 1 : 0;
    if (byAttribute && given.empty()) fault("an attribute's name is missing");
    const auto rest = from(args.all, kTest + 1);
    if (given.size() > kTest && !given[kTest].text()) fault("a test's name expected, not {}", typeName(given[kTest]));
    std::vector<Value> out;
    for (Value& item : itemsOf(runtime, self)) {
        runtime.spendSteps(1);
        const Value subject = byAttribute ? attributePath(runtime, item, given[0]) : item;
        const bool holds = given.size() > kTest ? runtime.test(*given[kTest].text(), subject, rest) : truth(subject);
        if (holds == wanted) out.push_back(std::move(item));
    }
    return runtime.list(std::move(out));
}

Value pairs(Runtime& runtime, const Value& self, const Bound&)
{
    if (self.isUndefined()) return runtime.list({});
    if (!self.dict()) fault("items of {}: only objects have them", typeName(self));
    std::vector<Value> out;
    for (const auto& [key, value] : self.dict()->entries()) out.push_back(runtime.list({key, value}, true));
    return runtime.list(std::move(out));
}

Value dictSort(Runtime& runtime, const Value& self, const Bound& args)
{
    if (!self.dict()) fault("dictsort of {}: only objects can be sorted so", typeName(self));
    const auto by = args.text(1, "key");
    if (by != "key" && by != "value") fault("dictsort by '{}': only by key or value", by);
    const Value position(std::int64_t{by == "value" ? 1 : 0});
    auto all = keyed(runtime, pairs(runtime, self, args), &position, args.flag(0, false));
    sortByKey(runtime, all, args.flag(2, false));
    return items(runtime, std::move(all));
}

constexpr Builtin kTable[] = {
    {"sort", {"reverse", "case_sensitive", "attribute"}, sort},
    {"unique", {"case_sensitive", "attribute"}, unique},
    {"groupby", {"attribute", "default"}, groupBy, 1},
    {"min", {"case_sensitive", "attribute"}, extreme<false>},
    {"max", {"case_sensitive", "attribute"}, extreme<true>},
    {"sum", {"attribute", "start"}, sum},
    {"join", {"d", "attribute"}, join},
    {"first", {}, first},
    {"last", {}, last},
    {"list", {}, list},
    {"reverse", {}, reverse},
    {"batch", {"linecount", "fill_with"}, batch, 1},
    {"slice", {"slices", "fill_with"}, sliceInto, 1},
    {"map", {"*"}, map},
    {"select", {"*"}, choose<true, false>},
    {"reject", {"*"}, choose<false, false>},
    {"selectattr", {"*"}, choose<true, true>},
    {"rejectattr", {"*"}, choose<false, true>},
    {"items", {}, pairs},
    {"dictsort", {"case_sensitive", "by", "reverse"}, dictSort},
};

} // namespace

Table listFilters() { return kTable; }

} // namespace corral::text::jinja
