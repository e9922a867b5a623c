#pragma once
// Options about the model and the session, the same in every command that runs one.
#include "app/cli/options.h"
#include "core/generate/session.h"

namespace corral::cli {

struct ModelOptions {
    std::filesystem::path model;
    generate::SessionOptions session;
    int logicalBatch = 2048; // -b: at most this many tokens at once, whatever -ub says

    generate::SessionOptions effective() const;
};

std::optional<generate::CacheType> parseCacheType(std::string_view name); // f16, f32, q8_0
std::string_view toString(generate::CacheType type);

void addModelOption(OptionTable& table, std::filesystem::path& model);
// contextHelp: what the context is for.
void addSessionOptions(OptionTable& table, ModelOptions& options,
                       std::string contextHelp = "context: tokens that conversation and answer may have together (default: the model's, at most 8192)");
void addCacheTypeOption(OptionTable& table, OptionTable::Names names, std::string help, generate::CacheType& target);

} // namespace corral::cli
