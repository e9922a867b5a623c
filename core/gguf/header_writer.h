#pragma once
// The part of a container before its data: magic, counts, keys, tensor descriptions. Layout: facts/gguf.md § 1, 2.
#include "core/gguf/writer.h"

namespace corral::gguf {

struct Header {
    std::vector<std::byte> bytes;    // without the padding before the data
    std::uint64_t alignment = 32;
    std::uint64_t dataStart = 0;     // bytes.size() padded
    std::uint64_t dataBytes = 0;     // of all tensors, each padded
    std::vector<TensorInfo> tensors; // with offsets and bytes
};

Result<Header> makeHeader(const Keys& keys, std::vector<TensorInfo> tensors);

} // namespace corral::gguf
