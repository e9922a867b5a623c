#include "core/gguf/file.h"

#include <limits>

namespace corral::gguf {

const char* toString(ValueType type)
{
    switch (type) {
    case ValueType::U8: return "u8";
    case ValueType::I8: return "i8";
    case ValueType::U16: return "u16";
    case ValueType::I16: return "i16";
    case ValueType::U32: return "u32";
    case ValueType::I32: return "i32";
    case ValueType::F32: return "f32";
    case ValueType::Bool: return "bool";
    case ValueType::String: return "string";
    case ValueType::Array: return "array";
    case ValueType::U64: return "u64";
    case ValueType::I64: return "i64";
    case ValueType::F64: return "f64";
    }
    return "unknown";
}

namespace {

template <class... F> struct Overloaded : F... {
    using F::operator()...;
};

std::optional<std::int64_t> narrow(std::uint64_t value)
{
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace

std::optional<std::int64_t> Value::asInt() const
{
    if (const auto* u = std::get_if<std::uint64_t>(&data)) return narrow(*u);
    if (const auto* i = std::get_if<std::int64_t>(&data)) return *i;
    if (const auto* b = std::get_if<bool>(&data)) return *b ? 1 : 0;
    return std::nullopt;
}

std::optional<double> Value::asFloat() const
{
    if (const auto* f = std::get_if<double>(&data)) return *f;
    if (const auto* u = std::get_if<std::uint64_t>(&data)) return static_cast<double>(*u);
    if (const auto* i = std::get_if<std::int64_t>(&data)) return static_cast<double>(*i);
    return std::nullopt;
}

std::optional<bool> Value::asBool() const
{
    if (const auto* b = std::get_if<bool>(&data)) return *b;
    if (const auto i = asInt()) return *i != 0;
    return std::nullopt;
}

const std::string* Value::asString() const { return std::get_if<std::string>(&data); }
const std::vector<std::string>* Value::asStrings() const { return std::get_if<std::vector<std::string>>(&data); }

std::optional<std::vector<std::int64_t>> Value::asInts() const
{
    if (const auto one = asInt()) return std::vector<std::int64_t>{*one};
    if (const auto* signedInts = std::get_if<std::vector<std::int64_t>>(&data)) return *signedInts;
    if (const auto* flags = std::get_if<std::vector<bool>>(&data)) return std::vector<std::int64_t>(flags->begin(), flags->end());
    if (const auto* unsignedInts = std::get_if<std::vector<std::uint64_t>>(&data)) {
        std::vector<std::int64_t> result;
        result.reserve(unsignedInts->size());
        for (const std::uint64_t u : *unsignedInts) {
            const auto fits = narrow(u);
            if (!fits) return std::nullopt;
            result.push_back(*fits);
        }
        return result;
    }
    return std::nullopt;
}

std::optional<std::vector<double>> Value::asFloats() const
{
    if (const auto one = asFloat()) return std::vector<double>{*one};
    if (const auto* floats = std::get_if<std::vector<double>>(&data)) return *floats;
    if (const auto* u = std::get_if<std::vector<std::uint64_t>>(&data)) return std::vector<double>(u->begin(), u->end());
    if (const auto* i = std::get_if<std::vector<std::int64_t>>(&data)) return std::vector<double>(i->begin(), i->end());
    return std::nullopt;
}

std::size_t Value::arraySize() const
{
    return std::visit(Overloaded{[](std::uint64_t) -> std::size_t { return 0; }, [](std::int64_t) -> std::size_t { return 0; },
                                 [](double) -> std::size_t { return 0; }, [](bool) -> std::size_t { return 0; },
                                 [](const std::string&) -> std::size_t { return 0; }, [](const auto& array) { return array.size(); }},
                      data);
}

} // namespace corral::gguf
