#include "core/convert/chat_templates.h"

#include <algorithm>
#include <functional>
#include <map>

namespace corral::convert {

namespace {

constexpr std::uint64_t kMostTemplateBytes = 4u << 20;
constexpr std::size_t kMostTemplates = 64;

using Templates = std::map<std::string, std::string>; // name → text; "default" is the one

// A text, or [{"name": …, "template": …}].
Templates readTemplates(const Json* value)
{
    Templates templates;
    if (!value) return templates;
    if (const auto* text = value->get_ptr<const std::string*>()) templates["default"] = *text;
    if (value->is_array())
        for (const Json& entry : *value) {
            const std::string *name = findText(entry, "name"), *text = findText(entry, "template");
            if (name && text && templates.size() < kMostTemplates) templates[*name] = *text;
        }
    return templates;
}

Result<void> addFile(Templates& templates, const std::string& name, const std::filesystem::path& file)
{
    std::error_code missing;
    if (!std::filesystem::exists(file, missing)) return {};
    auto text = readText(file, kMostTemplateBytes);
    if (!text) return std::unexpected(text.error());
    templates[name] = std::move(*text);
    return {};
}

std::string keyPart(std::string name)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
    std::ranges::replace_if(name, std::not_fn(fits), '_');
    return name;
}

} // namespace

Result<void> setChatTemplates(gguf::Keys& keys, const TokenizerFiles& files)
{
    Templates templates = readTemplates(find(files.settings, "chat_template"));
    if (templates.empty()) {
        if (auto added = addFile(templates, "default", files.folder / "chat_template.jinja"); !added) return added;
        std::error_code stopped;
        const auto more = files.folder / "additional_chat_templates";
        for (std::filesystem::directory_iterator it(more, stopped), end; !stopped && it != end; it.increment(stopped)) {
            if (it->path().extension() != ".jinja" || templates.size() >= kMostTemplates) continue;
            if (auto added = addFile(templates, it->path().stem().string(), it->path()); !added) return added;
        }
    }
    if (templates.empty()) {
        const auto json = readJsonIfThere(files.folder / "chat_template.json");
        if (!json) return std::unexpected(json.error());
        templates = readTemplates(find(*json, "chat_template"));
    }
    std::vector<std::string> names;
    for (const auto& [name, text] : templates) {
        if (name == "default") {
            gguf::setKey(keys, "tokenizer.chat_template", gguf::string(text));
        } else {
            names.push_back(keyPart(name));
            gguf::setKey(keys, "tokenizer.chat_template." + names.back(), gguf::string(text));
        }
    }
    if (!names.empty()) gguf::setKey(keys, "tokenizer.chat_templates", gguf::strings(std::move(names)));
    return {};
}

} // namespace corral::convert
