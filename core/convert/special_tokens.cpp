#include "core/convert/special_tokens.h"

#include "core/convert/token_list.h"

#include <array>
#include <map>

namespace corral::convert {

namespace {

struct Role {
    const char *name, *key; // in the checkpoint's files, in tokenizer.ggml.KEY_token_id
};
constexpr std::array kRoles = {Role{"bos", "bos"}, Role{"eos", "eos"}, Role{"unk", "unknown"}, Role{"sep", "seperator"}, // the key's own spelling
                               Role{"pad", "padding"}, Role{"cls", "cls"}, Role{"mask", "mask"}};

// "bos_token": a text or {"content": text}
const std::string* tokenText(const Json& settings, const std::string& role)
{
    const Json* value = find(settings, role + "_token");
    if (!value) return nullptr;
    return value->is_object() ? findText(*value, "content") : value->get_ptr<const std::string*>();
}

// The TemplateProcessing step of a post-processor.
const Json* templateOf(const Json* processor, int depth = 0)
{
    const std::string* type = processor ? findText(*processor, "type") : nullptr;
    if (!type || depth > 8) return nullptr;
    if (*type == "TemplateProcessing") return processor;
    const Json* parts = *type == "Sequence" ? find(*processor, "processors") : nullptr;
    if (!parts || !parts->is_array()) return nullptr;
    for (const Json& part : *parts)
        if (const Json* found = templateOf(&part, depth + 1)) return found;
    return nullptr;
}

// The special token at a place of a template: its text, or null.
const std::string* specialAt(const Json& place)
{
    const Json* token = find(place, "SpecialToken");
    return token ? findText(*token, "id") : nullptr;
}

struct Framing {
    std::optional<bool> addBos, addEos, addSeparator;
    const std::string* end = nullptr; // what is added last
};

Framing readFraming(const TokenizerFiles& files)
{
    Framing framing;
    const Json& settings = files.settings;
    const std::string *bos = tokenText(settings, "bos"), *cls = tokenText(settings, "cls"), *separator = tokenText(settings, "sep");
    const auto is = [](const std::string* text, const std::string* token) { return text && token && *text == *token; };
    const Json* processor = find(files.tokenizer, "post_processor");
    if (const Json* steps = templateOf(processor)) {
        const Json* single = find(*steps, "single");
        if (single && single->is_array() && !single->empty()) {
            const std::string* first = specialAt(single->front());
            framing.addBos = is(first, bos) || is(first, cls);
            framing.end = single->size() > 1 ? specialAt(single->back()) : nullptr;
            framing.addEos = framing.end != nullptr;
        }
        const Json* pair = find(*steps, "pair");
        for (std::size_t i = 1; pair && pair->is_array() && i < pair->size(); ++i)
            if (find((*pair)[i - 1], "Sequence") && is(specialAt((*pair)[i]), separator)) framing.addSeparator = true;
    } else if (const std::string* type = processor ? findText(*processor, "type") : nullptr; type && *type == "RobertaProcessing") {
        framing.addBos = framing.addEos = framing.addSeparator = true;
    }
    if (const auto flag = findFlag(settings, "add_bos_token")) framing.addBos = flag;
    if (const auto flag = findFlag(settings, "add_eos_token")) {
        framing.addEos = flag;
        framing.end = nullptr;
    }
    return framing;
}

} // namespace

Result<void> setSpecialTokens(gguf::Keys& keys, const TokenizerFiles& files, Config& config, std::int64_t vocabularySize)
{
    const auto added = addedTokens(files.tokenizer);
    if (!added) return within("tokenizer.json", added.error());
    std::map<std::string_view, std::int64_t> ids;
    for (const AddedToken& token : *added) ids.emplace(token.text, token.id);
    const auto idOf = [&](const std::string* text) {
        const auto found = text ? ids.find(*text) : ids.end();
        return found == ids.end() ? std::nullopt : std::optional(found->second);
    };

    std::map<std::string_view, std::int64_t> chosen; // by key
    for (const Role& role : kRoles) {
        auto id = idOf(tokenText(files.settings, role.name));
        if (!id) id = findInteger(config.json(), std::string(role.name) + "_token_id"); // a list of them is no integer
        if (id && *id >= 0 && *id < vocabularySize) chosen[role.key] = *id;
    }
    const Framing framing = readFraming(files);
    if (const auto end = idOf(framing.end); end && *end >= 0 && *end < vocabularySize) {
        const auto eos = chosen.find("eos");
        if (eos != chosen.end() && eos->second != *end) {
            if (chosen.contains("eot")) chosen["eom"] = chosen["eot"];
            chosen["eot"] = eos->second;
        }
        chosen["eos"] = *end;
    }
    for (const char* key : {"bos", "eos", "eot", "eom", "unknown", "seperator", "padding", "cls", "mask"})
        if (const auto id = chosen.find(key); id != chosen.end())
            gguf::setKey(keys, std::format("tokenizer.ggml.{}_token_id", key), gguf::u32(static_cast<std::uint32_t>(id->second)));

    // Byte-level vocabularies have defaults by their pre-tokenizer's name, so silence would mean something.
    const bool silenceSpeaks = !keys.empty() && keys.front().second.asString() && *keys.front().second.asString() == "gpt2";
    if (framing.addBos || silenceSpeaks) gguf::setKey(keys, "tokenizer.ggml.add_bos_token", gguf::boolean(framing.addBos.value_or(false)));
    if (framing.addEos || silenceSpeaks) gguf::setKey(keys, "tokenizer.ggml.add_eos_token", gguf::boolean(framing.addEos.value_or(false)));
    if (framing.addSeparator) gguf::setKey(keys, "tokenizer.ggml.add_sep_token", gguf::boolean(*framing.addSeparator));
    return {};
}

} // namespace corral::convert
