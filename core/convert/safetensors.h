#pragma once
// One .safetensors file: 8 bytes length N, N bytes of JSON, the tensors' data without gaps (facts/convert.md § 2). Every length, offset
// and product is checked, so that reading a tensor's bytes later cannot leave its file.
#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::convert {

enum class StoredType { F64, F32, F16, BF16, Other }; // Other: integers and 8-bit floats, which no weight we convert has

struct StoredTensor {
    std::string name;
    StoredType type = StoredType::Other;
    std::string typeName;             // "BF16", for messages
    std::vector<std::uint64_t> shape; // outermost first; [] is one number
    std::uint64_t elements = 1;
    std::shared_ptr<const MappedFile> file;
    std::uint64_t offset = 0, bytes = 0; // in the file

    std::uint64_t rowLength() const { return shape.empty() ? 1 : shape.back(); }
    // Numbers [first, first + out.size()) as floats. They must be there; Other cannot be read.
    Result<void> read(std::uint64_t first, std::span<float> out) const;
};

// In the order of their data.
Result<std::vector<StoredTensor>> readSafetensors(const std::filesystem::path& file);

} // namespace corral::convert
