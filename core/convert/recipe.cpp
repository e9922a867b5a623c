#include "core/convert/recipe.h"

#include <algorithm>
#include <cassert>

namespace corral::convert {

namespace {

// Where row `row` of `rows` comes from.
std::uint64_t interleaved(std::uint64_t row, std::uint64_t rows, std::uint64_t heads)
{
    const std::uint64_t size = rows / heads, head = row / size, within = row % size;
    return head * size + within % 2 * (size / 2) + within / 2;
}

} // namespace

Result<void> readRows(const Weights& weights, const OutputTensor& tensor, std::uint64_t first, std::uint64_t count, std::span<float> out)
{
    const Recipe& recipe = tensor.recipe;
    const std::uint64_t length = tensor.info.shape[0];
    assert(first <= tensor.info.rows() && count <= tensor.info.rows() - first && out.size() == count * length);
    if (recipe.parts.empty()) {
        std::ranges::copy(std::span(recipe.values).subspan(first * length, count * length), out.begin());
        return {};
    }
    if (recipe.heads > 0 && tensor.info.dims == 1) {
        std::vector<float> stored(length);
        if (auto read = weights[recipe.parts.front().stored].read(0, stored); !read) return read;
        for (std::uint64_t i = 0; i < length; ++i) out[i] = stored[interleaved(i, length, recipe.heads)];
        return {};
    }
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t row = first + done, within = row % recipe.partRows;
        const Recipe::Part& part = recipe.parts[row / recipe.partRows];
        const std::uint64_t from = recipe.heads > 0 ? interleaved(within, recipe.partRows, recipe.heads) : within;
        const std::uint64_t together = recipe.heads > 0 ? 1 : std::min(count - done, recipe.partRows - within); // rows that lie side by side
        if (auto read = weights[part.stored].read((part.firstRow + from) * length, out.subspan(done * length, together * length)); !read)
            return read;
        done += together;
    }
    if (recipe.add != 0)
        for (float& value : out) value += recipe.add;
    return {};
}

} // namespace corral::convert
