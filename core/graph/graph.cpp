#include "core/graph/graph.h"

namespace corral::graph {

ValueId Graph::owner(ValueId id) const
{
    while (values[static_cast<std::size_t>(id)].base != kNoValue) id = values[static_cast<std::size_t>(id)].base;
    return id;
}

std::int64_t Graph::column(ValueId id) const
{
    std::int64_t column = 0;
    for (; id != kNoValue; id = values[static_cast<std::size_t>(id)].base) column += values[static_cast<std::size_t>(id)].column;
    return column;
}

} // namespace corral::graph
