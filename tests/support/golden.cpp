#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace corral::test {

std::filesystem::path sharedDir()
{
    if (const char* dir = std::getenv("CORRAL_SHARED")) return dir;
    return std::filesystem::path(CORRAL_SOURCE_DIR).parent_path() / "shared";
}

std::filesystem::path sharedPath(const std::string& relative) { return sharedDir() / relative; }
std::filesystem::path sourcePath(const std::string& relative) { return std::filesystem::path(CORRAL_SOURCE_DIR) / relative; }

std::vector<std::byte> readBytes(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    const std::vector<char> chars{std::istreambuf_iterator<char>(in), {}};
    std::vector<std::byte> bytes(chars.size());
    if (!chars.empty()) std::memcpy(bytes.data(), chars.data(), chars.size());
    return bytes;
}

std::string readText(const std::filesystem::path& file)
{
    const auto bytes = readBytes(file);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

nlohmann::ordered_json readJson(const std::filesystem::path& file) { return nlohmann::ordered_json::parse(readText(file)); }

TempDir::TempDir()
{
    std::random_device seed;
    m_path = std::filesystem::temp_directory_path() / ("corral-test-" + std::to_string(seed()) + std::to_string(seed()));
    std::filesystem::create_directories(m_path);
}

TempDir::~TempDir()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path starterModel()
{
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const std::filesystem::path base = data && *data ? std::filesystem::path(data) : std::filesystem::path(home ? home : "") / ".local/share";
    const auto file = base / "corral/models/SmolLM2-135M-Instruct.Q4_1.gguf";
    return std::filesystem::exists(file) ? file : std::filesystem::path{};
}

} // namespace corral::test
