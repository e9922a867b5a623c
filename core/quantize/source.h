#pragma once
// A model as the quantizer sees it: keys and tensors whose rows can be read as floats. A GGUF file is one (GgufSource), a Hugging Face
// checkpoint another (core/convert).
#include "core/base/error.h"
#include "core/gguf/file.h"
#include "core/gguf/writer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace corral::quantize {

struct SourceTensor {
    std::string name;
    std::array<std::uint64_t, 4> shape{1, 1, 1, 1}; // shape[0] is the row length
    int dims = 1;
    std::uint32_t type = 0;  // as stored: a quant::Format id
    std::uint64_t bytes = 0; // as stored
    int shard = 0;           // of the input, for --keep-split
    std::uint64_t rows() const { return shape[1] * shape[2] * shape[3]; }
    std::uint64_t elements() const { return shape[0] * rows(); }
};

class Source {
public:
    virtual ~Source() = default;
    virtual const gguf::Keys& keys() const = 0;
    virtual const std::vector<SourceTensor>& tensors() const = 0; // in file order
    // Rows [first, first + count), counted over all outer dimensions, as out[count, shape[0]]. Callable from several threads.
    virtual Result<void> readRows(std::size_t tensor, std::uint64_t first, std::uint64_t count, std::span<float> out) const = 0;
    // The tensor as it lies in a mapped file in its stored type; nothing if it has to be put together.
    struct Extent {
        std::shared_ptr<const MappedFile> file;
        std::uint64_t offset = 0, bytes = 0;
    };
    virtual std::optional<Extent> extent(std::size_t tensor) const = 0;
};

class GgufSource : public Source {
public:
    explicit GgufSource(std::shared_ptr<const gguf::File> file);
    const gguf::Keys& keys() const override;
    const std::vector<SourceTensor>& tensors() const override { return m_tensors; }
    // Unsupported for types without decoder (I8 … F64).
    Result<void> readRows(std::size_t tensor, std::uint64_t first, std::uint64_t count, std::span<float> out) const override;
    std::optional<Extent> extent(std::size_t tensor) const override;
    const gguf::File& file() const { return *m_file; }

private:
    std::shared_ptr<const gguf::File> m_file;
    std::vector<SourceTensor> m_tensors;
};

} // namespace corral::quantize
