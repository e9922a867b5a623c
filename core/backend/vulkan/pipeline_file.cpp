#include "core/backend/vulkan/pipeline_file.h"

#include "core/base/mapped_file.h"
#include "core/base/output_file.h"
#include "core/base/sha256.h"

#include <array>
#include <cstring>

namespace corral::vulkan {

namespace {

// Before the driver's data.
struct Header {
    std::array<char, 8> magic{'C', 'O', 'R', 'R', 'A', 'L', 'V', '1'};
    std::uint64_t bytes = 0;
    std::array<char, 64> sha256{}; // of the data
};
static_assert(sizeof(Header) == 80);

constexpr std::uint64_t kMostBytes = std::uint64_t(256) << 20;

Header headerOf(std::span<const std::byte> data)
{
    Header header{.bytes = data.size()};
    Sha256 hash;
    hash.add(data);
    const std::string hex = hash.hex();
    std::memcpy(header.sha256.data(), hex.data(), std::min(hex.size(), header.sha256.size()));
    return header;
}

} // namespace

std::string pipelineFileName(const std::string& id) { return "pipelines-" + id + ".bin"; }

std::vector<std::byte> readPipelineFile(const std::filesystem::path& file, const VkPhysicalDeviceProperties& card)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return {};
    const auto mapped = MappedFile::open(file);
    Header header;
    VkPipelineCacheHeaderVersionOne made;
    if (!mapped || (*mapped)->bytes().size() < sizeof header + sizeof made || (*mapped)->bytes().size() > kMostBytes) return {};
    if (!(*mapped)->read(0, std::as_writable_bytes(std::span(&header, 1)))) return {};
    if (header.magic != Header().magic || header.bytes != (*mapped)->bytes().size() - sizeof header) return {};
    std::vector<std::byte> data(header.bytes);
    if (!(*mapped)->read(sizeof header, data) || headerOf(data).sha256 != header.sha256) return {};
    std::memcpy(&made, data.data(), sizeof made);
    const bool its = made.headerSize >= sizeof made && made.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && made.vendorID == card.vendorID
                     && made.deviceID == card.deviceID && std::memcmp(made.pipelineCacheUUID, card.pipelineCacheUUID, VK_UUID_SIZE) == 0;
    return its ? data : std::vector<std::byte>();
}

Result<void> writePipelineFile(const std::filesystem::path& file, std::span<const std::byte> data)
{
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) return fail(ErrorCode::Io, "{}: {}", file.parent_path().string(), error.message());
    const Header header = headerOf(data);
    auto out = OutputFile::create(file, sizeof header + data.size());
    if (!out) return std::unexpected(out.error());
    auto ok = (*out)->append(std::as_bytes(std::span(&header, 1)));
    if (ok) ok = (*out)->append(data);
    if (ok) ok = (*out)->commit();
    return ok;
}

} // namespace corral::vulkan
