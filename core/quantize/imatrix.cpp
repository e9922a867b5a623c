#include "core/quantize/imatrix.h"

#include "core/gguf/cursor.h"
#include "core/gguf/writer.h"
#include "core/quant/format.h"
#include "core/quantize/legacy_imatrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace corral::quantize {

namespace {

constexpr std::string_view kSums = ".in_sum2", kCounts = ".counts";
constexpr const char* kDatasets = "imatrix.datasets";
constexpr const char* kChunkCount = "imatrix.chunk_count";
constexpr const char* kChunkSize = "imatrix.chunk_size";

std::vector<float> floatsOf(std::span<const std::byte> bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

// What is wrong with one entry, if anything.
Result<void> check(const Imatrix::Sums& sums, const std::string& tensor)
{
    const auto sound = [](float value) { return std::isfinite(value) && value >= 0; };
    if (sums.counts.empty() || sums.sumSquares.size() % sums.counts.size() != 0)
        return fail(ErrorCode::Format, "tensor {}: {} sums of squares for {} counts", gguf::shown(tensor), sums.sumSquares.size(), sums.counts.size());
    if (const auto bad = std::ranges::find_if_not(sums.sumSquares, sound); bad != sums.sumSquares.end())
        return fail(ErrorCode::Format, "tensor {}: value {} is {}, not a finite number of 0 or more", gguf::shown(tensor), bad - sums.sumSquares.begin(), *bad);
    if (const auto bad = std::ranges::find_if_not(sums.counts, sound); bad != sums.counts.end())
        return fail(ErrorCode::Format, "tensor {}: count {} is {}, not a finite number of 0 or more", gguf::shown(tensor), bad - sums.counts.begin(), *bad);
    return {};
}

Result<Imatrix> read(const gguf::File& file)
{
    Imatrix imatrix;
    const auto* datasets = file.find(kDatasets);
    if (!datasets) return fail(ErrorCode::Format, "no importance matrix: key \"{}\" is missing", kDatasets);
    if (!datasets->asStrings()) return fail(ErrorCode::Format, "key \"{}\" is no list of strings", kDatasets);
    imatrix.datasets = *datasets->asStrings();
    for (const auto& [key, target] : {std::pair{kChunkCount, &imatrix.chunkCount}, {kChunkSize, &imatrix.chunkSize}}) {
        const auto value = file.getInt(key);
        if (!value) return fail(ErrorCode::Format, "no importance matrix: {}", value.error().message);
        if (*value < 0 || *value > 0xffffffffll) return fail(ErrorCode::Format, "key \"{}\" is {}", key, *value);
        *target = static_cast<std::uint32_t>(*value);
    }
    for (const gguf::TensorInfo& tensor : file.tensors()) {
        if (tensor.type != quant::kF32) return fail(ErrorCode::Format, "tensor {} is not f32", gguf::shown(tensor.name));
        const std::string_view name = tensor.name;
        if (!name.ends_with(kSums) && !name.ends_with(kCounts)) continue; // of a later version
        const bool isSums = name.ends_with(kSums);
        const std::string base(name.substr(0, name.size() - (isSums ? kSums : kCounts).size()));
        const auto* other = file.tensor(base + std::string(isSums ? kCounts : kSums));
        if (!other) return fail(ErrorCode::Format, "tensor {} has no {}", gguf::shown(name), isSums ? kCounts : kSums);
        if (!isSums) continue;
        if (other->elements() != tensor.elements() / std::max<std::uint64_t>(1, tensor.shape[0]))
            return fail(ErrorCode::Format, "tensor {} has {} rows, but {} {} counts", gguf::shown(name),
                        tensor.elements() / std::max<std::uint64_t>(1, tensor.shape[0]), gguf::shown(other->name), other->elements());
        Imatrix::Sums sums{.sumSquares = floatsOf(file.data(tensor)), .counts = floatsOf(file.data(*other))};
        if (auto ok = check(sums, base); !ok) return std::unexpected(ok.error());
        imatrix.set(base, std::move(sums));
    }
    if (imatrix.size() == 0) return fail(ErrorCode::Format, "the importance matrix has no entries");
    return imatrix;
}

bool containsOneOf(std::string_view name, std::span<const std::string> texts)
{
    return std::ranges::any_of(texts, [&](const std::string& text) { return name.contains(text); });
}

} // namespace

Result<Imatrix> Imatrix::load(const std::filesystem::path& path)
{
    const auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    const auto bytes = (*mapped)->bytes();
    Result<Imatrix> imatrix;
    if (bytes.size() >= 4 && std::memcmp(bytes.data(), "GGUF", 4) == 0) {
        const auto file = gguf::File::parse(bytes, *mapped);
        imatrix = file ? read(**file) : std::unexpected(file.error());
    } else {
        auto legacy = readLegacyImatrix(bytes);
        if (!legacy) return within(path.string(), legacy.error());
        imatrix = Imatrix();
        imatrix->chunkCount = legacy->chunkCount;
        if (!legacy->dataset.empty()) imatrix->datasets = {std::move(legacy->dataset)};
        for (auto& [name, sums] : legacy->entries) {
            if (auto ok = check(sums, name); !ok) return within(path.string(), ok.error());
            imatrix->set(name, std::move(sums));
        }
    }
    if (!imatrix) return within(path.string(), imatrix.error());
    imatrix->file = path;
    return imatrix;
}

void Imatrix::set(const std::string& tensor, Sums sums)
{
    auto& importance = m_importance[tensor];
    importance = sums.sumSquares;
    const std::size_t columns = sums.counts.empty() ? 0 : importance.size() / sums.counts.size();
    for (std::size_t i = 0; i < columns * sums.counts.size(); ++i) {
        const float count = sums.counts[i / columns];
        importance[i] = count > 0 ? importance[i] / count : 1.0f;
    }
    m_sums[tensor] = std::move(sums);
}

std::span<const float> Imatrix::find(std::string_view tensor) const
{
    const auto found = m_importance.find(tensor);
    return found == m_importance.end() ? std::span<const float>{} : std::span<const float>(found->second);
}

void Imatrix::keepOnly(std::span<const std::string> texts)
{
    std::erase_if(m_sums, [&](const auto& entry) { return !containsOneOf(entry.first, texts); });
    std::erase_if(m_importance, [&](const auto& entry) { return !containsOneOf(entry.first, texts); });
}

void Imatrix::drop(std::span<const std::string> texts)
{
    std::erase_if(m_sums, [&](const auto& entry) { return containsOneOf(entry.first, texts); });
    std::erase_if(m_importance, [&](const auto& entry) { return containsOneOf(entry.first, texts); });
}

Result<void> Imatrix::save(const std::filesystem::path& path, bool legacy) const
{
    if (legacy) {
        auto out = OutputFile::create(path, 0);
        if (!out) return std::unexpected(out.error());
        const auto bytes = legacyImatrixBytes({.entries = m_sums, .chunkCount = chunkCount, .dataset = datasets.empty() ? "" : datasets.front()}, chunkSize);
        if (auto ok = (*out)->append(bytes); !ok) return ok;
        return (*out)->commit();
    }
    const gguf::Keys keys = {{"general.type", gguf::string("imatrix")},
                             {kDatasets, gguf::strings(datasets)},
                             {kChunkCount, gguf::u32(chunkCount)},
                             {kChunkSize, gguf::u32(chunkSize)}};
    std::vector<gguf::TensorInfo> tensors;
    for (const auto& [name, sums] : m_sums) {
        const std::uint64_t matrices = sums.counts.size();
        tensors.push_back({.name = name + std::string(kSums), .shape = {matrices ? sums.sumSquares.size() / matrices : 0, matrices, 1, 1}, .dims = 2, .type = quant::kF32});
        tensors.push_back({.name = name + std::string(kCounts), .shape = {1, matrices, 1, 1}, .dims = 2, .type = quant::kF32});
    }
    auto writer = gguf::Writer::create(path, keys, std::move(tensors));
    if (!writer) return std::unexpected(writer.error());
    for (const auto& [name, sums] : m_sums)
        for (const auto* values : {&sums.sumSquares, &sums.counts}) {
            if (auto ok = (*writer)->append(std::as_bytes(std::span(*values))); !ok) return ok;
            if (auto ok = (*writer)->endTensor(); !ok) return ok;
        }
    return (*writer)->commit();
}

} // namespace corral::quantize
