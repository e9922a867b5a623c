#include "core/text/jinja/loop.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/runtime.h"

namespace corral::text::jinja {

Value loopAttribute(Runtime&, const Loop& loop, const std::string& name)
{
    const auto number = [](std::size_t n) { return Value(static_cast<std::int64_t>(n)); };
    if (name == "index0") return number(loop.index);
    if (name == "index") return number(loop.index + 1);
    if (name == "first") return loop.index == 0;
    if (name == "last") return loop.index + 1 == loop.length;
    if (name == "length") return number(loop.length);
    if (name == "revindex") return number(loop.length - loop.index);
    if (name == "revindex0") return number(loop.length - loop.index - 1);
    if (name == "depth") return number(loop.depth + 1);
    if (name == "depth0") return number(loop.depth);
    if (name == "previtem" && loop.index > 0 && loop.index <= loop.items.size()) return loop.items[loop.index - 1];
    if (name == "nextitem" && loop.index + 1 < loop.items.size()) return loop.items[loop.index + 1];
    if (name == "cycle" || name == "changed") return Method{};
    return Undefined{&name};
}

std::optional<Value> callLoopMethod(Loop& loop, const std::string& name, const std::vector<Value>& args)
{
    if (name == "cycle") {
        if (args.empty()) fault("loop.cycle() needs something to choose from");
        return args[loop.index % args.size()];
    }
    if (name == "changed") {
        Value now = makeList(args, true);
        const bool same = loop.lastSeen && equal(*loop.lastSeen, now);
        loop.lastSeen = std::move(now);
        return Value(!same);
    }
    return std::nullopt;
}

} // namespace corral::text::jinja
