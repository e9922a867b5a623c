#include "app/estimating/planned_header.h"

#include "core/gguf/writer.h"

#include <limits>

namespace corral::app {

Result<std::shared_ptr<const gguf::File>> plannedHeader(const quantize::Source& source, const quantize::Plan& plan)
{
    std::vector<gguf::TensorInfo> tensors;
    tensors.reserve(plan.tensors.size());
    for (const quantize::PlannedTensor& planned : plan.tensors) tensors.push_back(quantize::describe(planned, source));
    gguf::Keys keys = plan.keys;
    for (const char* split : {"split.no", "split.count", "split.tensors.count"}) gguf::removeKey(keys, split); // it is one file here
    const auto bytes = gguf::headerBytes(keys, std::move(tensors));
    if (!bytes) return std::unexpected(bytes.error());
    auto header = gguf::File::parseHeader(*bytes, std::numeric_limits<std::int64_t>::max());
    if (!header) return std::unexpected(header.error());
    return std::move(header->file);
}

} // namespace corral::app
