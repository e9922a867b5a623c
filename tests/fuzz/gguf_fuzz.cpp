// Any bytes are either refused with an error or give a file whose every promise holds. Built as a libFuzzer target and
// called by gguf_replay_test.cpp.
#include "core/gguf/file.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

void demand(bool holds, const char* what)
{
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

// The first half of the input, as the beginning of a file of the input's length.
void headerOf(std::span<const std::byte> bytes)
{
    using namespace corral;
    const std::vector<std::byte> half(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2)); // reads past its end are seen
    const auto header = gguf::File::parseHeader(half, bytes.size());
    if (!header) return;
    if (!header->file) demand(header->needed > half.size() && header->needed <= bytes.size(), "what is needed lies behind the bytes, inside the file");
    else demand(header->file->headerOnly() && header->file->totalBytes() == bytes.size(), "a header knows its file's length");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace corral;
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    headerOf(bytes);
    const auto file = gguf::File::parse(bytes);
    if (!file) {
        demand(!file.error().message.empty(), "an error has a message");
        demand(!file.error().message.contains('\n'), "an error is one line");
        demand(file.error().message.size() < 1000, "an error is short");
        return 0;
    }
    unsigned sum = 0;
    for (const auto& [key, value] : (*file)->keys()) {
        demand((*file)->find(key) == &value, "every key is found");
        demand(value.arraySize() <= size, "an array is no longer than the file");
        if (const auto ints = value.asInts()) sum += static_cast<unsigned>(ints->size());
        if (const auto floats = value.asFloats()) sum += static_cast<unsigned>(floats->size());
        if (const auto* text = value.asString()) demand(text->size() <= size, "a string is no longer than the file");
    }
    for (const auto& tensor : (*file)->tensors()) {
        demand((*file)->tensor(tensor.name) == &tensor, "every tensor is found");
        const auto tensorBytes = (*file)->data(tensor);
        if (tensorBytes.empty()) continue;
        demand(tensorBytes.data() >= bytes.data() && tensorBytes.data() + tensorBytes.size() <= bytes.data() + size, "data lie in the file");
        sum += static_cast<unsigned>(tensorBytes.front()) + static_cast<unsigned>(tensorBytes.back());
    }
    volatile unsigned sink = sum; // the reads above must happen
    static_cast<void>(sink);
    return 0;
}
