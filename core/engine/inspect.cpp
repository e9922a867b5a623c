#include "core/engine/engine.h"
#include "core/model/architecture.h"
#include "core/quant/format.h"

#include <algorithm>
#include <limits>
#include <map>

namespace corral::engine {

namespace {

// general.file_type, as the quantizer's targets are called.
struct FileType {
    int id;
    std::string_view name;
};
constexpr FileType kFileTypes[] = {
    {0, "F32"},      {1, "F16"},      {2, "Q4_0"},    {3, "Q4_1"},      {7, "Q8_0"},    {8, "Q5_0"},    {9, "Q5_1"},    {10, "Q2_K"},
    {11, "Q3_K_S"},  {12, "Q3_K_M"},  {13, "Q3_K_L"}, {14, "Q4_K_S"},   {15, "Q4_K_M"}, {16, "Q5_K_S"}, {17, "Q5_K_M"}, {18, "Q6_K"},
    {19, "IQ2_XXS"}, {20, "IQ2_XS"},  {21, "Q2_K_S"}, {22, "IQ3_XS"},   {23, "IQ3_XXS"}, {24, "IQ1_S"}, {25, "IQ4_NL"}, {26, "IQ3_S"},
    {27, "IQ3_M"},   {28, "IQ2_S"},   {29, "IQ2_M"},  {30, "IQ4_XS"},   {31, "IQ1_M"},  {32, "BF16"},   {36, "TQ1_0"},  {37, "TQ2_0"},
    {38, "MXFP4_MOE"}, {39, "NVFP4"}, {40, "Q1_0"},   {41, "Q2_0"},
};
constexpr std::int64_t kGuessed = 1024; // the bit a tool sets when it guessed the type itself

// What the file says, else its most frequent tensor type.
std::string quantizationOf(const gguf::File& file)
{
    if (const auto id = file.getInt("general.file_type"))
        for (const FileType& type : kFileTypes)
            if (type.id == (*id & ~kGuessed)) return std::string(type.name);
    std::map<std::uint32_t, int> counts;
    for (const auto& tensor : file.tensors()) ++counts[tensor.type];
    if (counts.empty()) return {};
    const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    std::string name(quant::findFormat(most->first)->name);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return name;
}

int smallCount(const gguf::File& file, const std::string& key)
{
    const auto value = file.getInt(key);
    return value && *value > 0 && *value <= std::numeric_limits<int>::max() ? static_cast<int>(*value) : 0;
}

} // namespace

ModelInfo describe(const gguf::File& file, const std::filesystem::path& path)
{
    ModelInfo info;
    info.path = path;
    info.name = file.getString("general.name").value_or("");
    info.architecture = file.getString("general.architecture").value_or("");
    info.quantization = quantizationOf(file);
    info.sizeLabel = file.getString("general.size_label").value_or("");
    info.license = file.getString("general.license").value_or("");
    for (const auto& tensor : file.tensors()) info.parameters += tensor.elements();
    info.fileBytes = file.totalBytes();
    info.trainingContext = smallCount(file, info.architecture + ".context_length");
    info.embeddingLength = smallCount(file, info.architecture + ".embedding_length");
    info.layers = smallCount(file, info.architecture + ".block_count");
    info.hasChatTemplate = file.find("tokenizer.chat_template") != nullptr;
    info.supported = model::findArchitecture(info.architecture) != nullptr;
    return info;
}

Result<ModelInfo> inspect(const std::filesystem::path& path)
{
    const auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    return describe(**file, path);
}

} // namespace corral::engine
