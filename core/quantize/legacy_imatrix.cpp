#include "core/quantize/legacy_imatrix.h"

#include "core/gguf/cursor.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace corral::quantize {

namespace {

constexpr std::int32_t kLongestName = 255; // a tensor's name has at most 63 bytes
constexpr std::uint64_t kMinEntryBytes = 4 + 4 + 4;

template <class T> void append(std::vector<std::byte>& out, T value)
{
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof value);
}

void appendText(std::vector<std::byte>& out, std::string_view text)
{
    append(out, static_cast<std::int32_t>(text.size()));
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    out.insert(out.end(), bytes, bytes + text.size());
}

} // namespace

Result<LegacyImatrix> readLegacyImatrix(std::span<const std::byte> bytes)
{
    gguf::Cursor in(bytes);
    LegacyImatrix imatrix;
    const auto entries = in.read<std::int32_t>();
    if (!entries || *entries < 1 || static_cast<std::uint64_t>(*entries) > in.remaining() / kMinEntryBytes)
        return fail(ErrorCode::Format, "neither a GGUF file nor a matrix of the older format (number of entries at offset 0)");
    for (std::int32_t i = 0; i < *entries; ++i) {
        const std::uint64_t start = in.offset();
        const auto bad = [&](std::string_view what) {
            return fail(ErrorCode::Format, "importance matrix, entry {} of {} at offset {}: {}", i + 1, *entries, start, what);
        };
        const auto length = in.read<std::int32_t>();
        if (!length || *length < 1 || *length > kLongestName) return bad("impossible name length");
        const auto name = in.readText(static_cast<std::uint64_t>(*length));
        if (!name) return bad("the file ends inside its name");
        const auto calls = in.read<std::int32_t>(), count = in.read<std::int32_t>();
        if (!calls || !count || *count < 1 || static_cast<std::uint64_t>(*count) > in.remaining() / sizeof(float))
            return bad("impossible number of values, or the file ends");
        const auto raw = in.readText(static_cast<std::uint64_t>(*count) * sizeof(float));
        Imatrix::Sums sums;
        sums.sumSquares.resize(static_cast<std::size_t>(*count));
        std::memcpy(sums.sumSquares.data(), raw->data(), raw->size());
        sums.counts = {*calls > 0 ? static_cast<float>(*calls) : 1.0f};
        if (!imatrix.entries.emplace(std::string(*name), std::move(sums)).second) return bad("its name is there twice");
    }
    if (const auto chunks = in.read<std::int32_t>()) imatrix.chunkCount = static_cast<std::uint32_t>(std::max(*chunks, 0));
    if (const auto length = in.read<std::int32_t>(); length && *length > 0)
        if (const auto text = in.readText(static_cast<std::uint64_t>(*length))) imatrix.dataset = *text;
    return imatrix;
}

std::vector<std::byte> legacyImatrixBytes(const LegacyImatrix& imatrix, std::uint32_t chunkSize)
{
    std::vector<std::byte> out;
    const auto seen = [](const Imatrix::Sums& sums) { return sums.counts.empty() ? 0.0f : std::ranges::max(sums.counts); };
    append(out, static_cast<std::int32_t>(std::ranges::count_if(imatrix.entries, [&](const auto& entry) { return seen(entry.second) > 0; })));
    for (const auto& [name, sums] : imatrix.entries) {
        if (seen(sums) <= 0) continue; // nothing to say about it
        appendText(out, name);
        const float calls = std::ceil(std::min(chunkSize > 0 ? seen(sums) / static_cast<float>(chunkSize) : seen(sums), 1e9f));
        append(out, static_cast<std::int32_t>(calls));
        append(out, static_cast<std::int32_t>(sums.sumSquares.size()));
        const std::size_t columns = sums.sumSquares.size() / sums.counts.size();
        for (std::size_t i = 0; i < columns * sums.counts.size(); ++i) {
            const float count = sums.counts[i / columns];
            append(out, count > 0 ? sums.sumSquares[i] / count * calls : calls);
        }
    }
    append(out, static_cast<std::int32_t>(imatrix.chunkCount));
    appendText(out, imatrix.dataset);
    return out;
}

} // namespace corral::quantize
