#pragma once
// What a test does with a converted checkpoint: read a tensor whole, write the file and open it again.
#include "core/convert/checkpoint.h"
#include "core/quantize/write.h"

#include <gtest/gtest.h>

namespace corral::test {

inline std::vector<float> readAll(const quantize::Source& source, std::size_t tensor)
{
    std::vector<float> values(source.tensors()[tensor].elements());
    const auto read = source.readRows(tensor, 0, source.tensors()[tensor].rows(), values);
    if (!read) ADD_FAILURE() << read.error().message;
    return values;
}

inline std::shared_ptr<const gguf::File> writeAndOpen(const quantize::Source& source, convert::OutType type, const std::filesystem::path& path)
{
    const auto plan = convert::makePlan(source, type);
    if (!plan) return ADD_FAILURE() << plan.error().message, nullptr;
    Job job;
    const auto report = quantize::write(source, *plan, nullptr, {.output = path, .threads = 2}, job);
    if (!report) return ADD_FAILURE() << report.error().message, nullptr;
    auto file = gguf::File::open(path);
    if (!file) return ADD_FAILURE() << file.error().message, nullptr;
    return *file;
}

} // namespace corral::test
