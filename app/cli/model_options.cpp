#include "app/cli/model_options.h"

namespace corral::cli {

namespace {

struct CacheTypeName {
    generate::CacheType type;
    std::string_view name;
};
constexpr CacheTypeName kCacheTypes[] = {
    {generate::CacheType::F16, "f16"}, {generate::CacheType::F32, "f32"}, {generate::CacheType::Q8_0, "q8_0"}};

} // namespace

generate::SessionOptions ModelOptions::effective() const
{
    generate::SessionOptions result = session;
    result.batch = std::min(result.batch, logicalBatch);
    return result;
}

std::optional<generate::CacheType> parseCacheType(std::string_view name)
{
    for (const auto& known : kCacheTypes)
        if (known.name == name) return known.type;
    return std::nullopt;
}

std::string_view toString(generate::CacheType type)
{
    for (const auto& known : kCacheTypes)
        if (known.type == type) return known.name;
    return "";
}

void addModelOption(OptionTable& table, std::filesystem::path& model)
{
    table.value({"-m", "--model"}, "FILE", "the model, a GGUF file (any file of a split one)", model);
}

void addCacheTypeOption(OptionTable& table, OptionTable::Names names, std::string help, generate::CacheType& target)
{
    table.add(names, "TYPE", std::format("{}: f16, f32 or q8_0 (default: {})", help, toString(target)),
              [&target](const std::string& text) -> std::optional<std::string> {
                  const auto type = parseCacheType(text);
                  if (!type) return std::format("unknown cache type \"{}\": f16, f32 or q8_0", text);
                  target = *type;
                  return std::nullopt;
              });
}

void addSessionOptions(OptionTable& table, ModelOptions& options, std::string contextHelp)
{
    const auto positive = [](int& target, bool zero) {
        return [&target, zero](const std::string& text) -> std::optional<std::string> {
            const auto number = parseNumber<int>(text);
            if (!number || *number < (zero ? 0 : 1)) return std::format("\"{}\" is no positive whole number", text);
            target = *number;
            return std::nullopt;
        };
    };
    table.section("model");
    addModelOption(table, options.model);
    table.add({"-c", "--ctx-size"}, "N", std::move(contextHelp), positive(options.session.contextLength, true));
    table.add({"-t", "--threads"}, "N", "threads (default: physical cores)", [&options](const std::string& text) -> std::optional<std::string> {
        const auto number = parseNumber<int>(text);
        if (!number) return std::format("\"{}\" is no whole number", text);
        options.session.threads = std::max(*number, 0); // -1 as in llama.cpp: choose
        return std::nullopt;
    });
    table.add({"-b", "--batch-size"}, "N", "most prompt tokens at once (default: 2048)", positive(options.logicalBatch, false));
    table.add({"-ub", "--ubatch-size"}, "N", "most prompt tokens in one pass (default: 512)", positive(options.session.batch, false));
    addCacheTypeOption(table, {"-ctk", "--ctk", "--cache-type-k"}, "type of the cached keys", options.session.cacheK);
    addCacheTypeOption(table, {"-ctv", "--ctv", "--cache-type-v"}, "type of the cached values", options.session.cacheV);
}

} // namespace corral::cli
