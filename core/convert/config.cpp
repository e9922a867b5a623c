#include "core/convert/config.h"

#include "core/gguf/cursor.h"

#include <array>

namespace corral::convert {

namespace {

// Where a model of several senses keeps its text model.
constexpr std::array kInner = {"text_config", "llm_config", "lm_config", "language_config"};

std::string firstArchitecture(const Json& config)
{
    const Json* list = find(config, "architectures");
    if (!list || !list->is_array() || list->empty()) return {};
    const auto* name = list->front().get_ptr<const std::string*>();
    return name ? *name : std::string();
}

} // namespace

Result<Config> Config::read(const std::filesystem::path& file)
{
    auto json = readJson(file);
    if (!json) return std::unexpected(json.error());
    return of(std::move(*json));
}

Config Config::of(Json json)
{
    Config config;
    config.m_json = std::move(json);
    config.m_class = firstArchitecture(config.m_json);
    for (const char* name : kInner) {
        const Json* inner = convert::find(config.m_json, name);
        if (!inner || !inner->is_object()) continue;
        const Json text = *inner;
        if (const std::string className = firstArchitecture(text); !className.empty()) config.m_class = className;
        config.m_json.update(text);
    }
    if (const std::string* type = findText(config.m_json, "model_type")) config.m_modelType = *type;
    for (const auto& [key, value] : defaultsOf(config.m_modelType).items())
        if (!config.m_json.contains(key)) config.m_json[key] = value;
    return config;
}

const Json* Config::first(Names names) const
{
    for (const std::string_view name : names)
        if (const Json* value = convert::find(m_json, name)) return value;
    return nullptr;
}

std::string Config::shownNames(Names names)
{
    std::string text;
    for (const std::string_view name : names) text += (text.empty() ? "" : " or ") + std::string(name);
    return text;
}

std::optional<std::int64_t> Config::maybeInteger(Names names, std::int64_t least, std::int64_t most)
{
    const Json* value = first(names);
    if (!value) return std::nullopt;
    const Json holder = {{"value", *value}};
    const auto number = findInteger(holder, "value");
    if (!number || *number < least || *number > most) {
        complain(std::format("{} is no whole number from {} to {}", shownNames(names), least, most));
        return least;
    }
    return number;
}

std::optional<double> Config::maybeReal(Names names, double least, double most)
{
    const Json* value = first(names);
    if (!value) return std::nullopt;
    const Json holder = {{"value", *value}};
    const auto number = findNumber(holder, "value");
    if (!number || *number < least || *number > most) {
        complain(std::format("{} is no number from {} to {}", shownNames(names), least, most));
        return least;
    }
    return number;
}

std::int64_t Config::integer(Names names, std::int64_t least, std::int64_t most)
{
    const auto number = maybeInteger(names, least, most);
    if (!number) complain(std::format("{} is missing", shownNames(names)));
    return number.value_or(least);
}

double Config::real(Names names, double least, double most)
{
    const auto number = maybeReal(names, least, most);
    if (!number) complain(std::format("{} is missing", shownNames(names)));
    return number.value_or(least);
}

bool Config::flag(std::string_view key, bool fallback)
{
    const Json* value = convert::find(m_json, key);
    if (value && !value->is_boolean()) complain(std::format("{} is neither true nor false", key));
    return value && value->is_boolean() ? value->get<bool>() : fallback;
}

std::string Config::text(std::string_view key)
{
    const std::string* value = findText(m_json, key);
    return value ? *value : std::string();
}

std::optional<std::vector<std::int64_t>> Config::integers(std::string_view key)
{
    const Json* list = convert::find(m_json, key);
    if (!list) return std::nullopt;
    std::vector<std::int64_t> values;
    if (list->is_array() && list->size() <= static_cast<std::size_t>(kMostWidth)) {
        for (const Json& element : *list) {
            if (element.is_boolean()) values.push_back(element.get<bool>());
            else if (element.is_number_integer()) values.push_back(element.get<std::int64_t>());
        }
        if (values.size() == list->size()) return values;
    }
    complain(std::format("{} is no list of whole numbers", key));
    return std::vector<std::int64_t>{};
}

void Config::refuse(std::string problem)
{
    m_unsupported = true;
    complain(std::move(problem));
}

Result<void> Config::finish() const
{
    if (m_problems.empty()) return {};
    constexpr std::size_t kMost = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(kMost, m_problems.size()); ++i) text += (i > 0 ? "; " : "") + m_problems[i];
    if (m_problems.size() > kMost) text += std::format("; and {} more", m_problems.size() - kMost);
    return fail(m_unsupported ? ErrorCode::Unsupported : ErrorCode::Format, "{}", text);
}

} // namespace corral::convert
