#include "app/server/api/completions.h"
#include "app/server/api/formats.h"

#include <algorithm>

namespace corral::server {

namespace {

using Tokens = std::vector<generate::Token>;

constexpr std::size_t kMostExtras = 1024;

struct Hole {
    std::string prefix, suffix, prompt;
    struct File {
        std::string name, text;
    };
    std::vector<File> extras;
};

ApiResult<Hole> readHole(const Json& body)
{
    Fields fields(body);
    for (const char* needed : {"input_prefix", "input_suffix"})
        if (!fields.has(needed)) return badRequest("\"{}\" is required", needed);
    Hole hole{.prefix = fields.string({"input_prefix"}, {}), .suffix = fields.string({"input_suffix"}, {}), .prompt = fields.string({"prompt"}, {}), .extras = {}};
    if (fields.error()) return std::unexpected(*fields.error());
    const Json* extras = fields.find({"input_extra"});
    if (!extras) return hole;
    if (!extras->is_array() || extras->size() > kMostExtras) return badRequest("Field 'input_extra': expected a list of at most {} files", kMostExtras);
    for (const Json& extra : *extras) {
        if (!extra.is_object()) return badRequest("each of input_extra must be an object");
        Fields file(extra);
        if (!file.has("text")) return badRequest("each of input_extra needs \"text\"");
        hole.extras.push_back({.name = file.string({"filename"}, "tmp"), .text = file.string({"text"}, {})});
        if (file.error()) return std::unexpected(*file.error());
    }
    return hole;
}

// What the model was trained on around a hole, cut to what fits (facts: server, § 7).
Tokens promptFor(const Call& call, const Hole& hole, int maxTokens)
{
    const text::Tokenizer& tokenizer = call.service.tokenizer();
    const text::SpecialTokens& special = tokenizer.special();
    const auto plain = [&](std::string_view text) { return tokenizer.encode(text, {.addSpecial = false, .parseSpecial = false}); };
    const auto append = [](Tokens& to, const Tokens& more) { to.insert(to.end(), more.begin(), more.end()); };

    // llama-server's batch, below the context so that everything fits into that.
    constexpr int kBatch = 2048;
    const int context = call.service.contextLength(), batch = std::min(kBatch, context / 4 * 3);
    Tokens prefix = plain(hole.prefix), suffix = plain(hole.suffix);
    const Tokens prompt = plain(hole.prompt);
    const auto keepLast = [](Tokens& tokens, std::int64_t most) {
        const auto kept = static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(most, 0, static_cast<std::int64_t>(tokens.size())));
        tokens.erase(tokens.begin(), tokens.end() - kept);
    };
    keepLast(prefix, 3 * (batch / 4));
    suffix.resize(std::min(suffix.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, batch / 4 - (2 + static_cast<std::int64_t>(prompt.size()))))));

    Tokens extras;
    const bool hasSeparator = special.fillSeparator != text::kNoToken;
    if (special.fillRepository != text::kNoToken) {
        extras.push_back(special.fillRepository);
        append(extras, plain("myproject\n"));
    }
    for (const Hole::File& file : hole.extras) {
        if (hasSeparator) {
            extras.push_back(special.fillSeparator);
            append(extras, plain(file.name + "\n"));
        } else {
            append(extras, plain("\n\n--- snippet ---\n\n"));
        }
        append(extras, plain(file.text));
    }
    if (hasSeparator) {
        extras.push_back(special.fillSeparator);
        append(extras, plain("filename\n"));
    }
    keepLast(extras, std::int64_t(context) - batch - 2 * std::int64_t(std::max(maxTokens, 0)));

    prefix.insert(prefix.begin(), special.fillPrefix);
    append(prefix, prompt);
    suffix.insert(suffix.begin(), special.fillSuffix);
    Tokens all = std::move(extras);
    if (special.addBos && special.bos != text::kNoToken) all.push_back(special.bos);
    append(all, call.options.suffixFirst ? suffix : prefix);
    append(all, call.options.suffixFirst ? prefix : suffix);
    all.push_back(special.fillMiddle);
    return all;
}

} // namespace

Answered infill(const Call& call)
{
    const text::SpecialTokens& special = call.service.tokenizer().special();
    for (const auto& [token, what] : {std::pair{special.fillPrefix, "prefix"}, {special.fillSuffix, "suffix"}, {special.fillMiddle, "middle"}})
        if (token == text::kNoToken) return notSupported(std::format("this model does not fill in: its vocabulary has no token for the {}", what));
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto hole = readHole(*body);
    if (!hole) return std::unexpected(hole.error());
    auto request = readCompletion(call, *body);
    if (!request) return std::unexpected(request.error());
    std::vector<Tokens> prompts{promptFor(call, *hole, request->options.maxTokens)};
    auto format = nativeFormat({call.service, *request, call.modelName()});
    return beginAnswering(call, std::move(*request), std::move(prompts), std::move(format));
}

} // namespace corral::server
