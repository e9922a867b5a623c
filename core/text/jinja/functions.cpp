// Global functions.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/formatting.h"
#include "core/text/jinja/printing.h"

#include <chrono>

namespace corral::text::jinja {

namespace {

Value range(Runtime& runtime, const Value&, const Bound& args)
{
    const bool one = !args[1];
    const auto start = one ? 0 : args.integer(0, 0), stop = args.integer(one ? 0 : 1, 0), step = args.integer(2, 1);
    if (step == 0) fault("range() with a step of 0");
    std::vector<Value> numbers;
    for (auto at = start; step > 0 ? at < stop : at > stop;) {
        if (static_cast<std::int64_t>(numbers.size()) >= kMaxRange) fault("range() of more than {} numbers", kMaxRange);
        numbers.push_back(at);
        if (__builtin_add_overflow(at, step, &at)) break;
    }
    return runtime.list(std::move(numbers));
}

Dict entries(Runtime& runtime, const Bound& args)
{
    Dict all;
    if (args.all.positional.size() > 1) fault("one object expected, not {}", args.all.positional.size());
    if (!args.all.positional.empty()) {
        const Value& from = args.all.positional[0];
        if (from.dict()) {
            for (const auto& [key, value] : from.dict()->entries()) all.set(key, value);
        } else {
            for (const Value& pair : itemsOf(runtime, from)) {
                const auto parts = itemsOf(runtime, pair);
                if (parts.size() != 2) fault("pairs expected");
                all.set(parts[0], parts[1]);
            }
        }
    }
    for (const auto& [name, value] : args.all.named) all.set(runtime.text(std::string(name)), value);
    return all;
}

Value space(Runtime& runtime, const Value&, const Bound& args) { return runtime.space(entries(runtime, args)); }
Value dict(Runtime& runtime, const Value&, const Bound& args) { return runtime.dict(entries(runtime, args)); }

Value raise(Runtime& runtime, const Value&, const Bound& args) { throw Fault{.message = str(runtime, *args[0]), .raised = true}; }

Value strftimeNow(Runtime& runtime, const Value&, const Bound& args)
{
    if (runtime.now()) return runtime.text(formatTime(args.text(0, {}), *runtime.now(), false));
    using namespace std::chrono;
    return runtime.text(formatTime(args.text(0, {}), duration_cast<seconds>(system_clock::now().time_since_epoch()).count(), true));
}

constexpr Builtin kTable[] = {
    {"range", {"start", "stop", "step"}, range, 1},
    {"namespace", {"*"}, space},
    {"dict", {"*"}, dict},
    {"raise_exception", {"message"}, raise, 1},
    {"strftime_now", {"format"}, strftimeNow, 1},
};

} // namespace

Table functions() { return kTable; }

} // namespace corral::text::jinja
