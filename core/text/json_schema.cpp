#include "core/text/json_schema.h"

#include "core/text/digit_range.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

namespace corral::text {

namespace {

constexpr int kMostDepth = 64;
constexpr int kMostVisits = 20'000;

std::string jsonText(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string jsonString(std::string_view text) { return jsonText(Json(std::string(text))); }

const Json* find(const Json& schema, const char* key)
{
    if (!schema.is_object()) return nullptr;
    const auto found = schema.find(key);
    return found == schema.end() ? nullptr : &*found;
}

// Turns one schema into rules. Every expression it returns is one item: a name, a literal or something in parentheses.
class Converter {
public:
    Converter(GrammarWriter& writer, const Json& document) : m_writer(writer), m_document(document) {}

    Result<std::string> convert(const Json& schema, const std::string& path, int depth)
    {
        if (depth > kMostDepth) return refuse(path, "nested more than {} deep", kMostDepth);
        if (++m_visits > kMostVisits || m_writer.size() > GrammarWriter::kMostBytes) return refuse(path, "the schema is too large");
        if (schema.is_boolean()) return schema.get<bool>() ? m_writer.json("value") : "[]"; // false: nothing
        if (!schema.is_object()) return refuse(path, "expected an object, true or false");

        if (const Json* reference = find(schema, "$ref")) return convertReference(*reference, path, depth);
        for (const char* key : {"oneOf", "anyOf"})
            if (const Json* options = find(schema, key)) return convertOptions(*options, path + "-" + key, depth);
        if (find(schema, "allOf")) {
            const auto merged = merge(schema, path, depth);
            if (!merged) return std::unexpected(merged.error());
            return convert(*merged, path, depth + 1);
        }
        const Json* const type = find(schema, "type");
        if (type && type->is_array()) return convertTypes(schema, *type, path, depth);
        if (type && !type->is_string()) return refuse(path, "'type' is neither a text nor a list of texts");
        if (const Json* constant = find(schema, "const")) return GrammarWriter::literal(jsonText(*constant));
        if (const Json* values = find(schema, "enum")) return convertEnum(*values, path);

        const std::string kind = type ? type->get<std::string>() : std::string();
        const Json* const additional = find(schema, "additionalProperties");
        const bool closed = additional && !(additional->is_boolean() && additional->get<bool>());
        if (kind == "object" || (kind.empty() && (find(schema, "properties") || closed))) return convertObject(schema, path, depth);
        if (kind == "array" || (kind.empty() && (find(schema, "items") || find(schema, "prefixItems")))) return convertArray(schema, path, depth);
        const bool isTextual = find(schema, "pattern") || find(schema, "format") || find(schema, "minLength") || find(schema, "maxLength");
        if (kind == "string" || (kind.empty() && isTextual)) return convertString(schema, path);
        if (kind == "integer") return convertInteger(schema, path);
        if (kind == "number" || kind == "boolean" || kind == "null") return m_writer.json(kind);
        if (kind.empty()) return m_writer.json("value");
        return refuse(path, "unknown type '{}'", kind.substr(0, 100));
    }

private:
    template <class... Args> std::unexpected<Error> refuse(const std::string& path, std::format_string<Args...> what, Args&&... args) const
    {
        return fail(ErrorCode::InvalidArgument, "schema, at {}: {}", path.substr(0, 200), std::format(what, std::forward<Args>(args)...));
    }

    // What "#/a/b" means in the document.
    Result<const Json*> resolve(const Json& reference, const std::string& path) const
    {
        if (!reference.is_string()) return refuse(path, "'$ref' is no text");
        const auto& text = reference.get_ref<const std::string&>();
        if (text != "#" && !text.starts_with("#/")) return refuse(path, "'$ref' {} is not into the same schema", text.substr(0, 200));
        const Json* at = &m_document;
        for (std::size_t begin = 2; begin <= text.size();) {
            const std::size_t end = std::min(text.find('/', begin), text.size());
            std::string key = replaceAll(replaceAll(std::string_view(text).substr(begin, end - begin), "~1", "/"), "~0", "~");
            begin = end + 1;
            const Json* next = find(*at, key.c_str());
            std::size_t index = 0;
            if (at->is_array() && std::from_chars(key.data(), key.data() + key.size(), index).ec == std::errc{} && index < at->size()) next = &(*at)[index];
            if (!next) return refuse(path, "'$ref' {} leads nowhere", text.substr(0, 200));
            at = next;
        }
        return at;
    }

    // One rule a reference, made when it is met first: schemas that contain themselves end.
    Result<std::string> convertReference(const Json& reference, const std::string& path, int depth)
    {
        const auto target = resolve(reference, path);
        if (!target) return std::unexpected(target.error());
        const auto [known, isNew] = m_references.try_emplace(*target);
        if (!isNew) return known->second;
        const auto& text = reference.get_ref<const std::string&>();
        const std::string name = known->second = m_writer.reserve("ref" + text.substr(1));
        const auto body = convert(**target, text.substr(0, 200), depth + 1);
        if (!body) return body;
        m_writer.set(name, *body);
        return name;
    }

    Result<std::string> convertOptions(const Json& options, const std::string& path, int depth)
    {
        if (!options.is_array() || options.empty()) return refuse(path, "expected a list of schemas");
        std::string body;
        for (std::size_t i = 0; i < options.size(); ++i) {
            const auto option = convert(options[i], path + "-" + std::to_string(i), depth + 1);
            if (!option) return option;
            body += (i > 0 ? " | " : "") + *option;
        }
        return m_writer.add(path, std::move(body));
    }

    Result<std::string> convertTypes(const Json& schema, const Json& types, const std::string& path, int depth)
    {
        std::string body;
        for (const Json& type : types) {
            Json one = schema;
            one["type"] = type;
            if (!type.is_string()) return refuse(path, "'type' is neither a text nor a list of texts");
            const auto option = convert(one, path + "-" + type.get<std::string>(), depth + 1);
            if (!option) return option;
            body += (body.empty() ? "" : " | ") + *option;
        }
        if (body.empty()) return refuse(path, "'type' is an empty list");
        return m_writer.add(path, std::move(body));
    }

    Result<std::string> convertEnum(const Json& values, const std::string& path)
    {
        if (!values.is_array() || values.empty()) return refuse(path, "'enum' is no list of values");
        std::string body;
        for (const Json& value : values) body += (body.empty() ? "" : " | ") + GrammarWriter::literal(jsonText(value));
        return m_writer.add(path, std::move(body));
    }

    // A schema with everything its allOf asks for in one. Of an anyOf inside, the properties become optional ones.
    Result<Json> merge(const Json& schema, const std::string& path, int depth)
    {
        if (depth > kMostDepth) return refuse(path, "nested more than {} deep", kMostDepth);
        if (++m_visits > kMostVisits) return refuse(path, "the schema is too large");
        Json out = schema;
        out.erase("allOf");
        const Json& members = *find(schema, "allOf");
        if (!members.is_array()) return refuse(path, "'allOf' is no list of schemas");
        for (const Json& member : members) {
            auto flat = flattened(member, path, depth + 1);
            if (!flat) return flat;
            add(out, *flat, true);
            if (const Json* options = find(*flat, "anyOf"); options && options->is_array()) {
                for (const Json& option : *options) {
                    const auto inner = flattened(option, path, depth + 1);
                    if (!inner) return inner;
                    add(out, *inner, false);
                }
                out.erase("anyOf");
            }
        }
        return out;
    }

    // References and inner allOf resolved.
    Result<Json> flattened(const Json& member, const std::string& path, int depth)
    {
        const Json* at = &member;
        for (int hops = 0; const Json* reference = find(*at, "$ref"); ++hops) {
            const auto target = resolve(*reference, path);
            if (!target) return std::unexpected(target.error());
            if (hops > kMostDepth) return refuse(path, "'$ref' leads in a circle");
            at = *target;
        }
        if (!at->is_object()) return Json::object();
        if (find(*at, "allOf")) return merge(*at, path, depth);
        return *at;
    }

    static void add(Json& out, const Json& from, bool isRequired)
    {
        for (const auto& [key, value] : from.items()) {
            if (key == "properties" && value.is_object()) {
                if (!out.contains(key) || !out[key].is_object()) out[key] = Json::object();
                for (const auto& [name, schema] : value.items()) out[key][name] = schema;
            } else if (key == "required" && value.is_array()) {
                if (!isRequired) continue;
                if (!out.contains(key) || !out[key].is_array()) out[key] = Json::array();
                for (const Json& name : value) out[key].push_back(name);
            } else if (key == "enum" && value.is_array() && out.contains(key) && out[key].is_array()) {
                Json both = Json::array();
                for (const Json& one : out[key])
                    if (std::ranges::find(value, one) != value.end()) both.push_back(one);
                out[key] = std::move(both);
            } else if (isRequired && !out.contains(key)) {
                out[key] = value;
            }
        }
    }

    Result<std::string> convertObject(const Json& schema, const std::string& path, int depth)
    {
        struct Property {
            std::string name, pair; // pair: the rule of key, colon and value
        };
        std::vector<Property> required, optional;
        const Json none = Json::object();
        const Json* properties = find(schema, "properties");
        if (properties && !properties->is_object()) return refuse(path, "'properties' is no object");
        const Json* const asked = find(schema, "required");
        if (asked && !asked->is_array()) return refuse(path, "'required' is no list of names");
        const Json* const additional = find(schema, "additionalProperties");
        if (!properties && !additional) return m_writer.json("object");
        if (!properties) properties = &none;
        const std::string& space = m_writer.json("space");
        std::vector<std::string> requiredNames;
        if (asked)
            for (const Json& name : *asked) {
                if (!name.is_string()) return refuse(path, "'required' is no list of names");
                requiredNames.push_back(name.get<std::string>());
            }
        std::ranges::sort(requiredNames);
        for (const auto& [name, inner] : properties->items()) {
            const auto value = convert(inner, path + "-" + name.substr(0, 40), depth + 1);
            if (!value) return value;
            const std::string key = GrammarWriter::literal(jsonString(name));
            std::string pair = m_writer.add(path + "-" + name.substr(0, 40) + "-kv", key + " " + space + " \":\" " + space + " " + *value);
            (std::ranges::binary_search(requiredNames, name) ? required : optional).push_back({name, std::move(pair)});
        }

        const std::string comma = " " + space + " \",\" " + space + " ";
        std::string more; // any further pairs, each with the comma before it
        std::string furtherPair;
        if (additional && !(additional->is_boolean() && !additional->get<bool>())) {
            const auto value = convert(*additional, path + "-additional", depth + 1);
            if (!value) return value;
            std::vector<std::string> names;
            for (const auto& [name, inner] : properties->items()) names.push_back(jsonString(name).substr(1)); // with the quote that ends it
            const auto key = otherKeys(std::move(names), path);
            if (!key) return key;
            furtherPair = m_writer.add(path + "-additional-kv", *key + " " + space + " \":\" " + space + " " + *value);
            more = "(" + comma + furtherPair + ")*";
        }

        std::string inside;
        for (const Property& property : required) inside += (inside.empty() ? "" : comma) + property.pair;
        if (!required.empty()) {
            for (const Property& property : optional) inside += " (" + comma + property.pair + ")?";
            inside += " " + more;
        } else if (!optional.empty() || !furtherPair.empty()) {
            // Whichever comes first has no comma. From the back: what may follow each.
            std::string rest = more, firsts = furtherPair.empty() ? "" : furtherPair + " " + more;
            for (std::size_t i = optional.size(); i-- > 0;) {
                const std::string tail = m_writer.add(path + "-rest", rest);
                firsts = optional[i].pair + " " + tail + (firsts.empty() ? "" : " | ") + firsts;
                rest = "(" + comma + optional[i].pair + ")? " + tail;
            }
            inside = "(" + firsts + ")?";
        }
        if (inside.empty()) return m_writer.add(path, "\"{\" " + space + " \"}\"");
        return m_writer.add(path, "\"{\" " + space + " " + inside + " " + space + " \"}\"");
    }

    // Keys that are none of `names` (escaped, each with its closing quote): along the tree of the names until something else comes.
    Result<std::string> otherKeys(std::vector<std::string> names, const std::string& path)
    {
        if (names.empty()) return m_writer.json("string");
        constexpr std::size_t kMostNameBytes = 256;
        for (const std::string& name : names)
            if (name.size() > kMostNameBytes) return refuse(path, "a property's name of {} bytes", name.size());
        std::ranges::sort(names);
        return m_writer.add(path + "-key", "\"\\\"\" " + branch(names, 0, path));
    }

    // What may follow the first `at` bytes that `names` (sorted, not empty) share. A backslash begins no other key: it might spell one of these.
    std::string branch(std::span<const std::string> names, std::size_t at, const std::string& path)
    {
        std::string excluded, options;
        bool mayEnd = true; // the key so far is none of the names
        while (!names.empty()) {
            if (at >= names.front().size()) { // a name twice over, after its quote
                names = names.subspan(1);
                continue;
            }
            const Decoded first = decodeLenient(names.front(), at);
            std::size_t same = 1;
            while (same < names.size() && std::string_view(names[same]).substr(at).starts_with(std::string_view(names.front()).substr(at, first.size))) ++same;
            if (first.codePoint == U'"') {
                mayEnd = false;
            } else {
                excluded += GrammarWriter::inClass(first.codePoint);
                const std::string below = branch(names.first(same), at + first.size, path);
                options += " | " + GrammarWriter::literal(std::string_view(names.front()).substr(at, first.size)) + " " + below;
            }
            names = names.subspan(same);
        }
        const std::string body = "[^" + excluded + R"("\\\x00-\x1F\x7F] )" + m_writer.json("char") + "* \"\\\"\"" + (mayEnd ? " | \"\\\"\"" : "") + options;
        return m_writer.add(path + "-key-rest", body);
    }

    // A whole number out of a keyword, at least 0.
    Result<std::optional<std::uint64_t>> count(const Json& schema, const char* key, const std::string& path) const
    {
        const Json* const value = find(schema, key);
        if (!value) return std::nullopt;
        const bool isWhole = value->is_number() && value->get<double>() >= 0 && std::floor(value->get<double>()) == value->get<double>();
        if (!isWhole) return refuse(path, "'{}' is no whole number of 0 or more", key);
        return static_cast<std::uint64_t>(std::min(value->get<double>(), 1e9));
    }

    Result<std::string> convertArray(const Json& schema, const std::string& path, int depth)
    {
        const Json* const prefix = find(schema, "prefixItems");
        const Json* const items = find(schema, "items");
        const std::string& space = m_writer.json("space");
        const std::string comma = " " + space + " \",\" " + space + " ";
        const Json* const tuple = prefix ? prefix : items && items->is_array() ? items : nullptr;
        if (tuple) {
            if (!tuple->is_array()) return refuse(path, "'prefixItems' is no list of schemas");
            std::string inside;
            for (std::size_t i = 0; i < tuple->size(); ++i) {
                const auto item = convert((*tuple)[i], path + "-" + std::to_string(i), depth + 1);
                if (!item) return item;
                inside += (i > 0 ? comma : "") + *item;
            }
            return m_writer.add(path, "\"[\" " + space + " " + inside + (inside.empty() ? "" : " " + space) + " \"]\"");
        }
        const auto least = count(schema, "minItems", path), most = count(schema, "maxItems", path);
        if (!least) return std::unexpected(least.error());
        if (!most) return std::unexpected(most.error());
        if (!items && !*least && !*most) return m_writer.json("array");
        const auto item = items ? convert(*items, path + "-item", depth + 1) : Result<std::string>(m_writer.json("value"));
        if (!item) return item;
        const std::uint64_t low = least->value_or(0);
        if (*most && **most < low) return refuse(path, "'maxItems' is less than 'minItems'");
        std::string inside;
        if (!*most || **most > 0) {
            const std::string upper = *most ? std::to_string(**most - 1) : "";
            inside = std::format("{} ({}{}){{{},{}}} {}", *item, comma, *item, low > 0 ? low - 1 : 0, upper, space);
            if (low == 0) inside = "(" + inside + ")?";
        }
        return m_writer.add(path, "\"[\" " + space + " " + inside + " \"]\"");
    }

    Result<std::string> convertString(const Json& schema, const std::string& path)
    {
        if (const Json* pattern = find(schema, "pattern")) {
            if (!pattern->is_string()) return refuse(path, "'pattern' is no text");
            const auto inside = grammarOfPattern(m_writer, pattern->get_ref<const std::string&>());
            if (!inside) return within("schema, at " + path, inside.error());
            return inside->empty() ? m_writer.json("string") : m_writer.add(path, "\"\\\"\" " + *inside + " \"\\\"\"");
        }
        if (const Json* format = find(schema, "format"); format && format->is_string()) {
            const auto& name = format->get_ref<const std::string&>();
            if (name == "uuid" || (name.size() == 5 && name.starts_with("uuid") && name[4] >= '1' && name[4] <= '5')) return m_writer.json("uuid");
            for (const char* known : {"date", "time", "date-time"})
                if (name == known) return m_writer.json(name + "-string");
        }
        const auto least = count(schema, "minLength", path), most = count(schema, "maxLength", path);
        if (!least) return std::unexpected(least.error());
        if (!most) return std::unexpected(most.error());
        if (!*least && !*most) return m_writer.json("string");
        if (*most && **most < least->value_or(0)) return refuse(path, "'maxLength' is less than 'minLength'");
        const std::string upper = *most ? std::to_string(**most) : "";
        return m_writer.add(path, std::format("\"\\\"\" {}{{{},{}}} \"\\\"\"", m_writer.json("char"), least->value_or(0), upper));
    }

    Result<std::string> convertInteger(const Json& schema, const std::string& path)
    {
        std::optional<double> low, high;
        const auto raise = [&](double v) { low = low ? std::max(*low, v) : v; };
        const auto lower = [&](double v) { high = high ? std::min(*high, v) : v; };
        for (const char* key : {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}) {
            const Json* const value = find(schema, key);
            if (!value) continue;
            const bool isMinimum = std::string_view(key).ends_with("inimum"), isExclusive = key[0] == 'e';
            if (isExclusive && value->is_boolean()) { // as in the drafts before 6
                const Json* const bound = find(schema, isMinimum ? "minimum" : "maximum");
                if (!value->get<bool>() || !bound || !bound->is_number()) continue;
                isMinimum ? raise(std::floor(bound->get<double>()) + 1) : lower(std::ceil(bound->get<double>()) - 1);
                continue;
            }
            if (!value->is_number()) return refuse(path, "'{}' is no number", key);
            const double bound = value->get<double>();
            if (isMinimum) raise(isExclusive ? std::floor(bound) + 1 : std::ceil(bound));
            else lower(isExclusive ? std::ceil(bound) - 1 : std::floor(bound));
        }
        if (!low && !high) return m_writer.json("integer");
        constexpr auto kMost = static_cast<double>(kMostDigits);
        const double from = std::max(low.value_or(-kMost), -kMost), to = std::min(high.value_or(kMost), kMost);
        if (!(from <= to)) return refuse(path, "no whole number of at most 16 digits lies between its bounds");
        return m_writer.add(path, grammarOfRange(static_cast<std::int64_t>(from), static_cast<std::int64_t>(to)));
    }

    GrammarWriter& m_writer;
    const Json& m_document;
    std::map<const Json*, std::string> m_references;
    int m_visits = 0;
};

} // namespace

Result<std::string> addSchema(GrammarWriter& writer, std::string_view name, const Json& schema)
{
    return Converter(writer, schema).convert(schema, std::string(name), 0);
}

Result<std::string> grammarOfSchema(const Json& schema)
{
    GrammarWriter writer;
    writer.reserve("root");
    const auto body = addSchema(writer, "schema", schema);
    if (!body) return body;
    writer.set("root", *body);
    return writer.text();
}

} // namespace corral::text
