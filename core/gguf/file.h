#pragma once
// A GGUF model file, read. Files are hostile: every count, length, offset and product is checked before it is used, and an
// error names the key or tensor and the byte offset. Layout: GGUF v2/v3, little-endian; facts on the container in its specification.
//
//   auto file = gguf::File::open("model-00002-of-00003.gguf");  // any shard opens the whole set; a missing shard is named
//   const gguf::Value* arch = (*file)->find("general.architecture");
//   for (const gguf::TensorInfo& t : (*file)->tensors()) (*file)->data(t);   // bytes in the map, never copied
#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace corral::gguf {

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };
const char* toString(ValueType type);

// One metadata value. Integers are widened; arrays are homogeneous. The stored type is kept for writers and `corral info`.
struct Value {
    ValueType type = ValueType::U8;
    ValueType elementType = ValueType::U8; // of an Array
    std::variant<std::uint64_t,             // U8 U16 U32 U64
                 std::int64_t,              // I8 I16 I32 I64
                 double,                    // F32 F64
                 bool, std::string,
                 std::vector<std::uint64_t>, std::vector<std::int64_t>, std::vector<double>, std::vector<bool>, std::vector<std::string>>
        data;

    // Any integer width; also a Bool (0/1). Nothing if it is of another kind or does not fit.
    std::optional<std::int64_t> asInt() const;
    std::optional<double> asFloat() const; // also from integers
    std::optional<bool> asBool() const;
    const std::string* asString() const;
    const std::vector<std::string>* asStrings() const;
    // Arrays of any integer (or bool) type, and a single integer as an array of one.
    std::optional<std::vector<std::int64_t>> asInts() const;
    std::optional<std::vector<double>> asFloats() const;
    std::size_t arraySize() const; // 0 if not an array
};

struct TensorInfo {
    std::string name;
    std::array<std::uint64_t, 4> shape{1, 1, 1, 1}; // shape[0] is the row length (contiguous)
    int dims = 0;                                   // as stored; the rest of shape is 1
    std::uint32_t type = 0;                         // quant::Format id
    std::uint64_t offset = 0;                       // from the start of its file's data section
    std::uint64_t bytes = 0;                        // without padding
    int shard = 0;                                  // which file of the set holds it
    std::uint64_t elements() const { return shape[0] * shape[1] * shape[2] * shape[3]; }
};

// One shard as read.
struct Shard {
    std::shared_ptr<const MappedFile> file;
    std::uint32_t version = 3;
    std::uint64_t alignment = 32;
    std::uint64_t dataStart = 0; // file offset of the data section
    std::uint64_t fileBytes = 0; // of the whole file
};

class File {
public:
    // Opens a file, or the whole set when it is a shard of one (split.count > 1): names follow PREFIX-%05d-of-%05d.gguf.
    static Result<std::shared_ptr<const File>> open(const std::filesystem::path& path);
    // Reads one container from memory: what open() does for each shard; the fuzzer's entry. No split handling.
    static Result<std::shared_ptr<const File>> parse(std::span<const std::byte> bytes, std::shared_ptr<const MappedFile> owner = {});

    // A file whose tensor data are elsewhere: keys and tensor descriptions from its first bytes. `file` is null where the header goes on
    // behind them: come back with at least `needed` bytes. fileBytes: of the whole file; no tensor may promise more.
    struct Header {
        std::shared_ptr<const File> file;
        std::uint64_t needed = 0;
    };
    static Result<Header> parseHeader(std::span<const std::byte> beginning, std::uint64_t fileBytes);
    // The headers of all files of a split model, in their order, as one.
    static Result<std::shared_ptr<const File>> joinHeaders(std::span<const std::shared_ptr<const File>> shards);
    bool headerOnly() const { return m_headerOnly; } // there are no data() then

    // Metadata of the first shard, in file order.
    const std::vector<std::pair<std::string, Value>>& keys() const { return m_keys; }
    const Value* find(std::string_view key) const;

    // Typed look-ups with the error that a user should read: missing key (NotFound) or wrong type (Format).
    Result<std::int64_t> getInt(std::string_view key) const;
    Result<double> getFloat(std::string_view key) const;
    Result<std::string> getString(std::string_view key) const;

    const std::vector<TensorInfo>& tensors() const { return m_tensors; } // of all shards, in file order
    const TensorInfo* tensor(std::string_view name) const;
    std::span<const std::byte> data(const TensorInfo& tensor) const; // valid as long as this File lives; not of a headerOnly() one
    const std::vector<Shard>& shards() const { return m_shards; }
    std::uint64_t totalBytes() const; // of all shards' files

private:
    std::vector<std::pair<std::string, Value>> m_keys;
    std::map<std::string, std::size_t, std::less<>> m_keyIndex;
    std::vector<TensorInfo> m_tensors;
    std::map<std::string, std::size_t, std::less<>> m_tensorIndex;
    std::vector<Shard> m_shards;
    std::vector<std::span<const std::byte>> m_shardBytes;
    bool m_headerOnly = false;
    friend class Reader;
};

} // namespace corral::gguf
