#pragma once
// Where the golden data are, and how to read them. They lie beside the project ($CORRAL_SHARED, else ../shared); a user's copy
// has none, so tests that need them begin with CORRAL_NEEDS_SHARED("golden/quant") and are skipped with a message.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace corral::test {

std::filesystem::path sharedDir(); // may not exist
std::filesystem::path sharedPath(const std::string& relative);
std::filesystem::path sourcePath(const std::string& relative); // inside the project
std::vector<std::byte> readBytes(const std::filesystem::path& file); // throws std::runtime_error
std::string readText(const std::filesystem::path& file);
nlohmann::ordered_json readJson(const std::filesystem::path& file);

template <class T> std::vector<T> readArray(const std::filesystem::path& file) // raw little-endian
{
    const auto bytes = readBytes(file);
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

// A fresh folder under the system's temporary folder, removed with the object.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

// The starter model where ./run or ./test put it, or empty.
std::filesystem::path starterModel();

} // namespace corral::test

#define CORRAL_NEEDS_SHARED(relative)                                                                                                     \
    if (!std::filesystem::exists(::corral::test::sharedPath(relative)))                                                                   \
    GTEST_SKIP() << "needs " << ::corral::test::sharedPath(relative) << ", which a user's copy of the project does not have"
