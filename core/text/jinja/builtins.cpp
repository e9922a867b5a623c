#include "core/text/jinja/builtins.h"

#include "core/text/jinja/fault.h"

#include <algorithm>
#include <vector>

namespace corral::text::jinja {

Table filters()
{
    static const std::vector<Builtin> all = [] {
        std::vector<Builtin> joined;
        for (const Table table : {textFilters(), listFilters(), valueFilters()}) joined.insert(joined.end(), table.begin(), table.end());
        return joined;
    }();
    return all;
}

const Builtin* find(Table table, std::string_view name)
{
    const auto at = std::ranges::find(table, name, &Builtin::name);
    return at == table.end() ? nullptr : &*at;
}

Value invoke(Runtime& runtime, const Builtin& builtin, const Value& self, const Arguments& args)
{
    Bound bound{.all = args};
    if (builtin.parameters[0] == "*") return builtin.run(runtime, self, bound);
    const auto count = static_cast<std::size_t>(std::ranges::find(builtin.parameters, std::string_view()) - builtin.parameters.begin());
    if (args.positional.size() > count) fault("{}() takes {} arguments, not {}", builtin.name, count, args.positional.size());
    for (std::size_t i = 0; i < args.positional.size(); ++i) bound.at[i] = &args.positional[i];
    for (const auto& [name, value] : args.named) {
        const auto i = static_cast<std::size_t>(std::ranges::find(builtin.parameters, name) - builtin.parameters.begin());
        if (i >= count || bound.at[i]) fault("{}() has no argument '{}', or has it twice", builtin.name, name);
        bound.at[i] = &value;
    }
    for (std::size_t i = 0; i < builtin.required; ++i)
        if (!bound.at[i]) fault("{}() needs its argument '{}'", builtin.name, builtin.parameters[i]);
    return builtin.run(runtime, self, bound);
}

} // namespace corral::text::jinja
